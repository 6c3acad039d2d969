#include "tests/unit/controllers/member/world.hpp"

#include <gtest/gtest.h>

namespace guildhall::controllers::member {

namespace {

using nlohmann::json;
using organization::Acceptance;

api::Member parsed(const json& object) {
  auto member = api::parse_member(object);
  EXPECT_TRUE(member.has_value()) << (member ? "" : member.error().describe());
  return *member;
}

constexpr const char* kSelfRole = "Role acme/guildhall:self:jane";
constexpr const char* kSelfBinding = "RoleBinding acme/guildhall:self:jane";

}  // namespace

core::Timestamp noon() {
  return *core::parse_timestamp("2026-11-24T10:00:00Z");
}

World::World()
    : member(parsed(json::parse(R"({"apiVersion": "guildhall.dev/v1alpha1", "kind": "Member",
        "metadata": {"name": "jane", "namespace": "acme", "uid": "m-jane", "generation": 1, "resourceVersion": "1",
                     "creationTimestamp": "2026-11-24T09:00:00Z"},
        "spec": {"email": "jane@acme.example", "role": "Editor"}})"))),
      subjects{{"User", "jane@acme.example", ""}} {}

void World::edit(const json& spec_patch) {
  json object = api::to_json(member);
  object["spec"].merge_patch(spec_patch);
  object["metadata"]["generation"] = member.metadata.generation + 1;
  object["metadata"]["resourceVersion"] = next_version();
  member = parsed(object);
}

void World::annotate(const std::string& name, const std::string& value) {
  member.metadata.annotations[name] = value;
}

organization::JudgedAcceptance World::judged() const {
  if (annotation() == "unknown") return {.acceptance = std::nullopt, .unknown_seal_key = true};
  if (annotation() != "sealed") return {};
  return {.acceptance = Acceptance{.accepted_at = noon(), .created_at = *core::parse_timestamp("2026-11-24T09:00:00Z")},
          .unknown_seal_key = false};
}

BoundRole World::bound_now() const {
  if (!bindings_follow) return bound;
  return {.missing = {}, .surplus = {}, .places = 2};
}

Observed World::observe() const {
  Observed seen;
  seen.member = member;
  seen.home = home;
  seen.enrolment = enrolment;
  if (home == HomeState::Claimed) {
    seen.organization_name = "acme";
    seen.organization = organization;
  }
  seen.older_namesake = older_namesake;
  seen.is_closing = is_closing;
  seen.judged = judged();
  seen.standing = organization::standing_of(member, !older_namesake.empty(), seen.judged);
  seen.subjects = subjects;
  seen.bound = bound_now();
  if (const auto role = grants_.find(kSelfRole); role != grants_.end())
    seen.self_role = *organization::parse_role_view(role->second);
  if (const auto binding = grants_.find(kSelfBinding); binding != grants_.end())
    seen.self_binding = *organization::parse_binding_view(binding->second);
  seen.sends_mail = sends_mail;
  seen.serves_page = serves_page;
  if (seen.standing == Standing::NotAccepted) seen.candidate_acceptance = "sealed";
  seen.activity = activity;
  seen.failures = failures;
  return seen;
}

void World::write(const core::Apply& apply) {
  if (apply.type == api::organization_type()) return;
  if (apply.type == api::member_type()) {
    ASSERT_EQ(apply.mode, core::WriteMode::MergePatch);
    json object = api::to_json(member);
    object.merge_patch(apply.object);
    object["metadata"]["resourceVersion"] = next_version();
    member = parsed(object);
    return;
  }
  const std::string name = core::describe(apply.type, apply.key);
  const auto standing = grants_.find(name);
  json object = apply.object;
  object["metadata"]["uid"] =
      standing == grants_.end() ? json("g-" + next_version()) : standing->second["metadata"]["uid"];
  object["metadata"]["resourceVersion"] = next_version();
  grants_[name] = std::move(object);
}

void World::execute(const core::Plan& plan, int most_writes) {
  const auto may = [&] { return most_writes-- > 0; };
  EXPECT_EQ(plan.finalizer, core::FinalizerChange::None);
  if (plan.status && may()) {
    json object = api::to_json(member);
    object["status"] = *plan.status;
    object["metadata"]["resourceVersion"] = next_version();
    member = parsed(object);
  }
  for (const auto& apply : plan.apply) {
    if (may()) write(apply);
  }
  for (const auto& gone : plan.remove) {
    if (may()) grants_.erase(core::describe(gone.type, gone.key));
  }
  for (const auto& entry : plan.audit) {
    if (may()) told_.push_back(std::string(entry.action.text()));
  }
}

void World::settle() {
  for (int rounds = 0; rounds < 20; ++rounds) {
    const core::Plan next = plan_now();
    if (next.writes_nothing()) return;
    execute(next);
  }
  ADD_FAILURE() << "does not come to rest";
}

std::string World::condition(const std::string& type) const {
  const core::Condition* found = core::find_condition(member.status.conditions, type);
  return found == nullptr ? "" : std::string(found->status ? "True/" : "False/") + found->reason;
}

std::string World::message(const std::string& type) const {
  const core::Condition* found = core::find_condition(member.status.conditions, type);
  return found == nullptr ? "" : found->message;
}

std::vector<std::string> World::grants() const {
  std::vector<std::string> names;
  names.reserve(grants_.size());
  for (const auto& [name, object] : grants_)
    names.push_back(name);
  return names;
}

World active() {
  World world;
  world.accept();
  world.settle();
  return world;
}

}  // namespace guildhall::controllers::member
