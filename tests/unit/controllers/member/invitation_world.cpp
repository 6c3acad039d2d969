#include "tests/unit/controllers/member/invitation_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "controllers/member/decline.hpp"
#include "controllers/member/enrolment.hpp"
#include "controllers/member/invitation.hpp"
#include "controllers/member/invitation_token.hpp"
#include "operator/core/object_meta.hpp"
#include "tests/unit/operator/kube/cache/fill_cache.hpp"

namespace guildhall::controllers::member {

using nlohmann::json;

SeenMail FakePost::state(const std::string& id) const {
  const auto mail = mails_.find(id);
  return mail == mails_.end() ? SeenMail{} : mail->second.seen;
}

void FakePost::send(Letter letter, std::function<void()> /*changed*/) {
  if (!mails_.try_emplace(letter.id).second) return;
  links.emplace_back(letter.link.reveal());
  inviters.push_back(letter.inviter);
}

void FakePost::release(const std::string& id) {
  const auto mail = mails_.find(id);
  if (mail != mails_.end() && mail->second.seen.stage == MailStage::AtTheDoor) mail->second.released = true;
}

void FakePost::withdraw(const std::string& id) {
  mails_.erase(id);
}

void FakePost::step() {
  for (auto& [id, mail] : mails_) {
    if (mail.seen.stage == MailStage::UnderWay) {
      mail.seen = before_the_end;
    } else if (mail.released && mail.seen.stage == MailStage::AtTheDoor) {
      mail.seen = after_the_end;
      const bool took_it = mail.seen.stage == MailStage::Delivered || mail.seen.stage == MailStage::Uncertain;
      if (took_it) arrived.push_back(id);
    }
  }
}

void InvitationWorld::ChosenRandom::fill(std::span<std::byte> bytes) {
  std::ranges::generate(bytes, [this] { return static_cast<std::byte>(numbers_() & 0xFFU); });
}

InvitationWorld::InvitationWorld() : now(*core::parse_timestamp("2026-11-24T10:00:00Z")) {
  organization_ = core::object_head(api::organization_type(), {"", "acme"});
  organization_["metadata"]["uid"] = "u-acme";
  organization_["spec"] = {{"displayName", "Acme Metrics Ltd"}};
  touch(organization_);
  start();
}

void InvitationWorld::start() {
  caches_ = std::make_unique<FilledCaches>();
  caches_->ns("acme", "acme").fill();
  filled_at_ = 0;
  reconciler_ = std::make_unique<Reconciler>(
      caches_->caches,
      Dependencies{.sealer = seals_,
                   .identity = {},
                   .means = means,
                   .random = random_,
                   .codec = legible_codec(),
                   .read = [this](const core::ResourceType& /*type*/, const core::ObjectKey& at) -> core::Result<json> {
                     if (!secrets.contains(at.name)) return core::fail(core::ErrorKind::NotFound, "nothing is there");
                     return secrets.at(at.name);
                   },
                   .post = post,
                   .creator = [this](const api::Member& /*member*/) { return creator; },
                   .protected_namespaces = {},
                   .wake = [](const core::ObjectKey& /*member*/) {},
                   .activity = {}});
}

void InvitationWorld::crash() {
  post.die();
  start();
}

void InvitationWorld::touch(json& object) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
}

void InvitationWorld::add_member(const std::string& name, const json& spec) {
  json object = core::object_head(api::member_type(), {"acme", name});
  object["metadata"]["uid"] = "m-" + std::to_string(version_);
  object["metadata"]["generation"] = 1;
  object["metadata"]["creationTimestamp"] = core::format_timestamp(now);
  object["spec"] = {{"email", name + "@acme.example"}, {"role", "Editor"}};
  object["spec"].update(spec);
  touch(object);
  members_[name] = std::move(object);
}

void InvitationWorld::edit(const std::string& name, const json& spec_patch) {
  json& object = members_.at(name);
  object["spec"].merge_patch(spec_patch);
  object["metadata"]["generation"] = object["metadata"]["generation"].get<int>() + 1;
  touch(object);
}

void InvitationWorld::remove(const std::string& name) {
  ++version_;
  members_.erase(name);
  secrets.erase(name + "-invitation");
}

void InvitationWorld::remove_secret(const std::string& name) {
  ++version_;
  secrets.erase(name);
}

void InvitationWorld::edit_organization(const json& spec_patch) {
  organization_["spec"].merge_patch(spec_patch);
  touch(organization_);
}

void InvitationWorld::found_by(const std::string& name) {
  organization_["metadata"]["annotations"] = {
      {organization::kEnrolledByAnnotation, members_.at(name)["metadata"]["uid"]}};
  touch(organization_);
}

void InvitationWorld::signed_up(const organization::SignupRecord& record) {
  organization_["metadata"]["annotations"] = {
      {organization::kSignupAnnotation, *organization::seal_signup(seals_, "acme", record)}};
  touch(organization_);
}

void InvitationWorld::decline(const std::string& name) {
  json& object = members_.at(name);
  object["metadata"]["annotations"][kDeclinedAnnotation] =
      *seal_decline(seals_, "acme", *api::parse_member(object), now);
  touch(object);
}

void InvitationWorld::accept(const std::string& name) {
  json& object = members_.at(name);
  const auto parsed = api::parse_member(object);
  object["metadata"]["annotations"][organization::kAcceptedAnnotation] = *organization::seal_acceptance(
      seals_, "acme", *parsed, {.accepted_at = now, .created_at = parsed->metadata.creation_timestamp});
  touch(object);
}

void InvitationWorld::fill() {
  if (filled_at_ == version_) return;
  filled_at_ = ++version_;
  std::vector<json> members;
  members.reserve(members_.size());
  for (const auto& [name, object] : members_)
    members.push_back(object);
  std::vector<json> standing;
  for (const auto& [name, object] : secrets) {
    if (object.at("type") == kInvitationSecretType) standing.push_back(object);
  }
  tests::fill_cache(caches_->organizations, {organization_});
  tests::fill_cache(caches_->members, members);
  tests::fill_cache(caches_->invitation_secrets, standing);
}

void InvitationWorld::write(const core::Apply& apply, const runtime::Work& work) {
  if (apply.type == api::member_type()) {
    json& object = members_.at(apply.key.name);
    object.merge_patch(apply.object);
    return touch(object);
  }
  if (apply.type != core::types::secrets()) return;  // roles
  ASSERT_EQ(apply.resource_version, core::kOnlyIfAbsent);
  ASSERT_TRUE(apply.holds_secret);
  ASSERT_FALSE(secrets.contains(apply.key.name)) << "written over one that stands";
  auto filled = work.fill_in(apply);
  ASSERT_TRUE(filled) << filled.error().describe();
  (*filled)["metadata"]["uid"] = "s-" + std::to_string(version_);
  touch(*filled);
  secrets[apply.key.name] = std::move(*filled);
}

int InvitationWorld::look(const std::string& name, int most_writes) {
  fill();
  return look_at_what_was_filled(name, most_writes);
}

int InvitationWorld::look_at_what_was_filled(const std::string& name, int most_writes) {
  const auto work = reconciler_->reconcile({"acme", name}, {}, now);
  EXPECT_TRUE(work) << work.error().describe();
  if (!work) return 0;
  look_again_after = work->plan.look_again_after;
  int writes = 0;
  const auto may = [&] {
    if (writes >= most_writes) return false;
    ++writes;
    return true;
  };
  if (work->plan.status && may()) {
    members_.at(name)["status"] = *work->plan.status;
    touch(members_.at(name));
  }
  for (const auto& apply : work->plan.apply) {
    if (apply.type != core::types::roles() && apply.type != core::types::role_bindings() && may()) write(apply, *work);
  }
  for (const auto& gone : work->plan.remove) {
    if (gone.type == core::types::secrets() && may()) version_ += static_cast<int>(secrets.erase(gone.key.name));
  }
  for (const auto& entry : work->plan.audit) {
    told.push_back(std::string(entry.action.text()));
    notes.push_back(entry.note);
  }
  return writes;
}

void InvitationWorld::settle() {
  constexpr int quiet_enough = 4;  // a mail goes from stage to stage without a write
  int quiet = 0;
  for (int rounds = 0; rounds < 60 && quiet < quiet_enough; ++rounds) {
    int writes = 0;
    std::vector<std::string> names;
    names.reserve(members_.size());
    for (const auto& [name, object] : members_)
      names.push_back(name);
    fill();
    for (const auto& name : names)
      writes += look_at_what_was_filled(name, 1'000);
    post.step();
    quiet = writes == 0 ? quiet + 1 : 0;
  }
  EXPECT_EQ(quiet, quiet_enough) << "does not come to rest";
}

json InvitationWorld::status(const std::string& name) const {
  return members_.at(name).value("status", json::object());
}

json InvitationWorld::invitation(const std::string& name) const {
  return status(name).value("invitation", json::object());
}

std::string InvitationWorld::phase(const std::string& name) const {
  return status(name).value("phase", "");
}

std::string InvitationWorld::ready(const std::string& name) const {
  for (const auto& condition : status(name).value("conditions", json::array())) {
    if (condition.at("type") == "Ready")
      return condition.at("status").get<std::string>() + "/" + condition.at("reason").get<std::string>();
  }
  return "";
}

std::string InvitationWorld::message(const std::string& name) const {
  for (const auto& condition : status(name).value("conditions", json::array())) {
    if (condition.at("type") == "Ready") return condition.at("message");
  }
  return "";
}

bool InvitationWorld::is_open(const std::string& name, const std::string& hash) {
  fill();
  const auto seen = gather(caches_->caches, seals_, {}, {"acme", name}, now);
  return seen && member::is_open(*seen, hash, now);
}

std::string InvitationWorld::hash_of(const std::string& link) {
  return legible_codec().sha256_hex(token_of_link(link));
}

std::string InvitationWorld::link(const std::string& name) const {
  const auto secret = secrets.find(name + "-invitation");
  if (secret == secrets.end()) return "";
  return *legible_codec().from_base64(secret->second.at("data").at("link").get<std::string>());
}

}  // namespace guildhall::controllers::member
