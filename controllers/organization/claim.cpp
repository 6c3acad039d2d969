#include "controllers/organization/claim.hpp"

#include <algorithm>

namespace guildhall::controllers::organization {

Hold hold_of(const Claim& claim, const Claim& ours, bool holder_exists) {
  if (claim.empty()) return Hold::Free;
  if (claim == ours) return Hold::Ours;
  // A UID is never used twice, so it outweighs the label.
  if (claim.uid == ours.uid) return Hold::Damaged;
  if (holder_exists) return Hold::Others;
  if (claim.organization != ours.organization) return Hold::Free;
  return claim.uid.empty() ? Hold::Damaged : Hold::Returned;
}

bool is_protected(std::string_view name, const ProtectedNamespaces& protected_namespaces) {
  if (name == "default" || name.starts_with("kube-")) return true;
  if (name == protected_namespaces.operator_namespace) return true;
  return std::ranges::find(protected_namespaces.platform, name) != protected_namespaces.platform.end();
}

}  // namespace guildhall::controllers::organization
