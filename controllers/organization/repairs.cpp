#include "controllers/organization/repairs.hpp"

#include <fmt/format.h>

namespace guildhall::controllers::organization {

namespace {

template <class Grant>
bool is_ours(const Observed& seen, const Grant& grant) {
  return grant.owner_uid == seen.organization.metadata.uid && !grant.deleting;
}

}  // namespace

Stood standing_as_wanted(const Observed& seen, const core::Plan& plan) {
  Stood stood;
  for (const BindingView& binding : seen.bindings) {
    if (is_ours(seen, binding))
      stood.bindings[core::describe(binding_type(binding.key), binding.key)] = binding.subjects;
  }
  for (const RoleView& role : seen.roles) {
    if (is_ours(seen, role)) stood.roles[core::describe(role_type(role.key), role.key)] = role.rules;
  }
  for (const core::Apply& apply : plan.apply)
    stood.forget(core::describe(apply.type, apply.key));
  for (const core::Remove& remove : plan.remove)
    stood.forget(core::describe(remove.type, remove.key));
  return stood;
}

core::AuditNote repaired(const Observed& seen, const std::string& object, const char* what,
                         const std::string& occurrence) {
  return {.action = "OrganizationBindingRepaired",
          .note = fmt::format("{} was {} by another; it is put back", object, what),
          .identity = fmt::format("{}/BindingRepaired/{}/{}", seen.organization.metadata.uid, object, occurrence),
          .changes = {{.field = object, .old_value = what, .new_value = "put back"}}};
}

core::AuditNote repaired_after_loss(const Observed& seen, const std::string& object, core::Timestamp now) {
  // Whatever happens to the Organization's version in between, the next one is another occurrence.
  return repaired(seen, object, "deleted or stripped of its label", core::format_micro_timestamp(now));
}

core::AuditNote repaired_after_change(const Observed& seen, const RoleView& role) {
  return repaired(seen, core::describe(role_type(role.key), role.key), "changed",
                  role.uid + "/" + role.resource_version);
}

}  // namespace guildhall::controllers::organization
