#include "controllers/member/reconciler.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/member/invitation.hpp"
#include "controllers/member/invitation_token.hpp"
#include "controllers/member/names.hpp"
#include "controllers/member/plan.hpp"
#include "controllers/organization/caches.hpp"

namespace guildhall::controllers::member {

namespace {

using nlohmann::literals::operator""_json_pointer;
using Delivery = api::MemberInvitationDelivery;

std::string hash_in(const api::MemberStatus& status) {
  return status.invitation ? status.invitation->token_hash.value_or("") : std::string{};
}

/// The hash that stands in the status when the plan is carried out.
std::string hash_after(const core::Plan& plan, const api::MemberStatus& status) {
  if (!plan.status) return hash_in(status);
  const auto at = "/invitation/tokenHash"_json_pointer;
  return plan.status->contains(at) ? plan.status->at(at).get<std::string>() : std::string{};
}

bool needs_invitation(const Observed& seen) {
  return seen.home == HomeState::Claimed && seen.standing == Standing::NotAccepted;
}

/// Whether what this process holds of the invitation is of use yet.
bool is_on_its_way(const Observed& seen) {
  const Progress progress = progress_of(seen);
  return needs_invitation(seen) && (progress == Progress::Drawn || progress == Progress::HandingOver);
}

bool was_handed_over(const Observed& seen, const std::string& hash) {
  return !hash.empty() && hash_in(seen.member.status) == hash && seen.member.status.invitation->handed_over_at;
}

}  // namespace

const core::ResourceType& Reconciler::type() const {
  return api::member_type();
}

std::string_view Reconciler::finalizer() const {
  return kFinalizer;
}

std::shared_ptr<const Reconciler::Drawn> Reconciler::draw() const {
  core::SecretText token = draw_invitation_token(dependencies_.random);
  std::string hash = dependencies_.codec.sha256_hex(token.reveal());
  return std::make_shared<const Drawn>(Drawn{.token = std::move(token), .hash = std::move(hash)});
}

std::shared_ptr<const Reconciler::Drawn> Reconciler::held_for(const api::Member& member) {
  const std::scoped_lock lock(mutex_);
  const auto found = on_their_way_.find(member.metadata.key());
  const bool is_it = found != on_their_way_.end() && found->second->hash == hash_in(member.status);
  return is_it ? found->second : nullptr;
}

core::Result<std::optional<ForeignSecret>> Reconciler::find_foreign_secret(const Observed& seen) const {
  if (seen.link_secret || seen.member.spec.invitation.delivery != Delivery::Link) return std::nullopt;
  const auto secret = dependencies_.read(core::types::secrets(), invitation_secret_key(seen.member));
  if (!secret && secret.error().kind == core::ErrorKind::NotFound) return std::nullopt;
  if (!secret) return std::unexpected(secret.error());
  return parse_foreign_secret(*secret);
}

core::Result<void> Reconciler::observe_invitation(Observed& seen, const Drawn* held, const Drawn& next) {
  seen.candidate_hash = next.hash;
  seen.holds_token = held != nullptr;
  if (held != nullptr) seen.mail = dependencies_.post.state(held->hash);
  auto foreign = find_foreign_secret(seen);
  if (!foreign) return std::unexpected(foreign.error());
  seen.foreign_secret = std::move(*foreign);
  return {};
}

void Reconciler::complete_enrolment(Observed& seen) const {
  Enrolment& enrolment = seen.enrolment;
  if (organization::is_protected(seen.member.metadata.ns, dependencies_.protected_namespaces))
    enrolment.is_open = false;
  if (!enrolment.is_founder) return;
  const std::string creator = enrolment.signed_up.empty() ? dependencies_.creator(seen.member) : enrolment.signed_up;
  const auto identities = organization::identities(seen.subjects);
  const bool is_one = std::ranges::any_of(
      identities, [&](const auto& subject) { return !creator.empty() && user_name(subject) == creator; });
  // A ServiceAccount that lists itself beside somebody else has not shown that the other wants it.
  enrolment.made_itself = is_one && (identities.size() == 1 ||
                                     creator == organization::user_of(seen.member.spec.email, dependencies_.identity));
}

core::Plan Reconciler::plan_within_limits(Observed& seen, core::Timestamp now) {
  const std::scoped_lock lock(ledger_mutex_);
  const core::ObjectMeta& meta = seen.member.metadata;
  for (const auto& member : caches_.members.by_index(organization::kMembersByNamespace, meta.ns)) {
    const auto& invitation = member->status.invitation;
    if (invitation && invitation->handed_over_at)
      ledger_.record(meta.ns, member->spec.email, invitation->token_hash.value_or(member->metadata.uid),
                     *invitation->handed_over_at);
  }
  const std::string hash = hash_in(seen.member.status);
  seen.mail_from = ledger_.free_from(meta.ns, seen.member.spec.email, was_handed_over(seen, hash) ? "" : hash, now);
  core::Plan made = plan(seen, now);
  const bool draws_mail = hash_after(made, seen.member.status) == seen.candidate_hash &&
                          seen.member.spec.invitation.delivery == Delivery::Email;
  if (draws_mail) ledger_.record(meta.ns, seen.member.spec.email, seen.candidate_hash, now);
  return made;
}

void Reconciler::keep(const Observed& seen, std::shared_ptr<const Drawn> drawn) {
  const core::ObjectKey key = seen.member.metadata.key();
  std::shared_ptr<const Drawn> dropped;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = on_their_way_.find(key);
    if (found != on_their_way_.end() && found->second != drawn) dropped = found->second;
    if (drawn) {
      on_their_way_[key] = std::move(drawn);
    } else {
      on_their_way_.erase(key);
    }
  }
  if (dropped) drop(key.ns, dropped->hash, was_handed_over(seen, dropped->hash));
}

void Reconciler::drop(const std::string& ns, const std::string& hash, bool counts) {
  dependencies_.post.withdraw(hash);
  if (counts) return;
  const std::scoped_lock lock(ledger_mutex_);
  ledger_.forget(ns, hash);
}

bool Reconciler::wait_until_recorded(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return recorded_.wait_until(lock, deadline, [this] { return answers_due_.empty(); });
}

void Reconciler::note_answer_due(const Observed& seen, const core::Plan& made, bool held) {
  const bool plans_to_hand_over = made.status && made.status->contains("/invitation/handedOverAt"_json_pointer) &&
                                  !made.status->contains("/invitation/sentAt"_json_pointer);
  const bool is_due = held && (progress_of(seen) == Progress::HandingOver || plans_to_hand_over);
  const std::scoped_lock lock(mutex_);
  if (is_due) {
    answers_due_.insert(seen.member.metadata.key());
  } else if (answers_due_.erase(seen.member.metadata.key()) > 0) {
    recorded_.notify_all();
  }
}

void Reconciler::forget(const core::ObjectKey& key) {
  std::shared_ptr<const Drawn> dropped;
  {
    const std::scoped_lock lock(mutex_);
    if (answers_due_.erase(key) > 0) recorded_.notify_all();
    const auto found = on_their_way_.find(key);
    if (found == on_their_way_.end()) return;
    dropped = found->second;
    on_their_way_.erase(found);
  }
  const MailStage stage = dependencies_.post.state(dropped->hash).stage;
  const bool may_have_gone =
      stage == MailStage::UnderWay || stage == MailStage::Delivered || stage == MailStage::Uncertain;
  drop(key.ns, dropped->hash, may_have_gone);
}

Letter Reconciler::letter(const Observed& seen, const Drawn& drawn) const {
  const api::Member& member = seen.member;
  return {.id = drawn.hash,
          .to = member.spec.email,
          .to_name = member.spec.display_name.value_or(""),
          .organization = seen.organization_name,
          .organization_display_name = seen.organization->display_name,
          .role = std::string(api::to_string(member.spec.role)),
          .inviter = shown_inviter(dependencies_.creator(member)),
          .link = core::SecretText(dependencies_.means.link(drawn.token.reveal())),
          .expires_at = member.status.invitation->expires_at.value_or(core::Timestamp{}),
          .ttl = seen.organization->invitations.ttl};
}

void Reconciler::do_mail_step(const Observed& seen, const Drawn& held, core::Timestamp now) {
  switch (mail_step(seen, now)) {
    case MailStep::None:
      return;
    case MailStep::Send:
      return dependencies_.post.send(letter(seen, held),
                                     [this, key = seen.member.metadata.key()] { dependencies_.wake(key); });
    case MailStep::Release:
      return dependencies_.post.release(held.hash);
  }
}

runtime::FillIn Reconciler::fill_in(std::shared_ptr<const Drawn> held) const {
  return [this, held = std::move(held)](const core::Apply& apply) -> core::Result<nlohmann::json> {
    if (!held) return core::fail(core::ErrorKind::Conflict, "the link is no longer known");
    const core::SecretText link(dependencies_.means.link(held->token.reveal()));
    return fill_in_link(apply.object, link.reveal(), dependencies_.codec);
  };
}

core::Result<runtime::Work> Reconciler::reconcile(const core::ObjectKey& key,
                                                  const std::vector<core::WriteFailure>& failures,
                                                  core::Timestamp now) {
  auto seen = gather(caches_, dependencies_.sealer, dependencies_.identity, key, now);
  if (!seen) {
    forget(key);
    return runtime::Work{};
  }
  if (dependencies_.activity) seen->activity = dependencies_.activity(seen->member);
  seen->failures = failures;
  seen->sends_mail = dependencies_.means.sends_mail;
  seen->serves_page = static_cast<bool>(dependencies_.means.link);
  complete_enrolment(*seen);
  const core::ObjectMeta& meta = seen->member.metadata;
  runtime::Work work;
  work.primary = runtime::Primary{meta.uid, meta.resource_version, meta.finalizers};
  if (!needs_invitation(*seen)) {
    forget(key);
    work.plan = plan(*seen, now);
    return work;
  }
  const auto held = held_for(seen->member);
  const auto next = draw();
  if (const auto observed = observe_invitation(*seen, held.get(), *next); !observed)
    return std::unexpected(observed.error());
  work.plan = plan_within_limits(*seen, now);
  const bool draws = hash_after(work.plan, seen->member.status) == next->hash;
  keep(*seen, draws ? next : is_on_its_way(*seen) ? held : nullptr);
  note_answer_due(*seen, work.plan, held && !draws);
  if (held && !draws) do_mail_step(*seen, *held, now);
  work.fill_in = fill_in(held);
  return work;
}

}  // namespace guildhall::controllers::member
