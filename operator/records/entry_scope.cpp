#include "operator/records/entry_scope.hpp"

namespace guildhall::records {

core::Result<EntryScope> scope_of(const std::string& ns, const EntrySelection& selection,
                                  const OrganizationLookup& organization_of) {
  const std::string wanted = ns.empty() ? selection.ns.value_or("") : ns;
  EntryScope scope{.nothing = false, .filter = selection.filter};
  scope.nothing = !ns.empty() && selection.ns && *selection.ns != ns;
  const bool everywhere = ns.empty() && !selection.ns;
  if (scope.nothing || everywhere) return scope;
  auto organization = organization_of(wanted);
  if (!organization) return std::unexpected(std::move(organization.error()));
  // A filter without an Organization would let everything through.
  scope.nothing = !*organization || (*organization)->uid.empty();
  if (!scope.nothing) scope.filter.organization_uid = (*organization)->uid;
  return scope;
}

}  // namespace guildhall::records
