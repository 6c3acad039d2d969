#include "controllers/member/self_role.hpp"

#include <fmt/format.h>

#include "controllers/member/names.hpp"
#include "controllers/member/reasons.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::member {

namespace {

using nlohmann::json;
using organization::BindingView;
using organization::RoleReference;
using organization::RoleView;
using organization::Subjects;

core::ObjectKey place(const Observed& seen) {
  return {seen.member.metadata.ns, self_role_name(seen.member.metadata.name)};
}

RoleReference role_reference(const Observed& seen) {
  return {.kind = core::types::roles().kind, .name = place(seen).name};
}

json rules(const Observed& seen) {
  return organization::rules_on_object(api::member_type(), seen.member.metadata.name, {"get", "delete"});
}

json head(const Observed& seen, const core::ResourceType& type) {
  return core::generated_head(type, place(seen), api::member_type(), seen.member.metadata);
}

core::Apply write_role(const Observed& seen) {
  json object = head(seen, core::types::roles());
  object["rules"] = rules(seen);
  return {.type = core::types::roles(), .key = place(seen), .object = std::move(object), .resource_version = {}};
}

core::Apply write_binding(const Observed& seen, const RoleReference& role, const Subjects& subjects) {
  json object = head(seen, core::types::role_bindings());
  object["roleRef"] = {{"apiGroup", core::types::roles().group}, {"kind", role.kind}, {"name", role.name}};
  object["subjects"] = json::array();
  for (const auto& subject : subjects)
    object["subjects"].push_back(organization::to_json(subject));
  return {
      .type = core::types::role_bindings(), .key = place(seen), .object = std::move(object), .resource_version = {}};
}

template <class Grant>
bool is_ours(const Observed& seen, const Grant& grant) {
  return grant.owner_uid == seen.member.metadata.uid;
}

template <class Grant>
void remove(const core::ResourceType& type, const Grant& grant, Draft& draft) {
  if (grant.deleting) return;
  draft.plan.remove.push_back({.type = type, .key = grant.key, .uid = grant.uid, .resource_version = {}});
}

/// As an Organization's bindings are taken away: a finalizer of somebody else can keep it, and then it names nobody.
void take_away(const Observed& seen, const BindingView& standing, Draft& draft) {
  if (!standing.deleting || standing.subjects.empty()) return remove(core::types::role_bindings(), standing, draft);
  core::Apply empty = write_binding(seen, standing.role, {});
  empty.resource_version = standing.resource_version;
  draft.plan.apply.push_back(std::move(empty));
}

/// One without an owner was left behind by a former Member of the name, whose deletion orphaned it.
template <class Grant>
bool is_ours_or_nobodys(const Observed& seen, const Grant& grant) {
  return is_ours(seen, grant) || grant.owner_uid.empty();
}

void remove_own(const Observed& seen, Draft& draft) {
  const auto& binding = seen.self_binding;
  // One that is on its way out and another's was a former Member's of the name, whom it must not name any more.
  if (binding && (is_ours_or_nobodys(seen, *binding) || binding->deleting)) take_away(seen, *binding, draft);
  if (seen.self_role && is_ours_or_nobodys(seen, *seen.self_role)) remove(core::types::roles(), *seen.self_role, draft);
}

/// Whether both stood as this generation of the spec wants them, at some look before: what differs now was changed by
/// another.
bool stood_before(const Observed& seen) {
  const core::Condition* bound = core::find_condition(seen.member.status.conditions, "RoleBound");
  return bound != nullptr && bound->status && bound->observed_generation == seen.member.metadata.generation;
}

/// What is being written is missing, and if it was not before, another changed it.
void say(const Observed& seen, const core::ResourceType& type, core::Timestamp now, Draft& draft) {
  const std::string object = core::describe(type, place(seen));
  draft.missing.push_back(object);
  if (!stood_before(seen) || seen.is_closing) return;
  draft.plan.audit.push_back(
      {.action = "MemberBindingRepaired",
       .note = fmt::format("{} was changed or deleted by another; it is put back", object),
       .identity =
           fmt::format("{}/BindingRepaired/{}/{}", seen.member.metadata.uid, object, core::format_micro_timestamp(now)),
       .changes = {{.field = object, .old_value = "changed or deleted", .new_value = "put back"}}});
}

void keep_role(const Observed& seen, core::Timestamp now, Draft& draft) {
  const auto& standing = seen.self_role;
  if (standing && standing->rules == rules(seen) && is_ours(seen, *standing)) return;
  draft.plan.apply.push_back(write_role(seen));
  say(seen, core::types::roles(), now, draft);
}

void keep_binding(const Observed& seen, const Subjects& subjects, core::Timestamp now, Draft& draft) {
  const auto& standing = seen.self_binding;
  if (standing && standing->role == role_reference(seen) && standing->subjects == subjects && is_ours(seen, *standing))
    return;
  if (standing && standing->role != role_reference(seen)) {
    take_away(seen, *standing, draft);
  } else {
    draft.plan.apply.push_back(write_binding(seen, role_reference(seen), subjects));
  }
  say(seen, core::types::role_bindings(), now, draft);
}

/// While the Organization is suspended, Admins can still leave.
bool may_leave(const Observed& seen) {
  if (seen.home != HomeState::Claimed || seen.standing != Standing::InForce) return false;
  const bool suspended = seen.organization->state == api::OrganizationState::Suspended;
  return !suspended || seen.member.spec.role == api::MemberRole::Admin;
}

bool is_left_alone(const Observed& seen) {
  return seen.home == HomeState::Awaiting ||
         (seen.home == HomeState::Claimed && organization::only_keeps(seen.standing));
}

}  // namespace

void plan_self_role(const Observed& seen, core::Timestamp now, Draft& draft) {
  if (is_left_alone(seen)) return;
  const Subjects subjects = organization::identities(seen.subjects);
  if (!may_leave(seen) || subjects.empty()) return remove_own(seen, draft);
  keep_role(seen, now, draft);
  keep_binding(seen, subjects, now, draft);
}

}  // namespace guildhall::controllers::member
