#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace guildhall::controllers::organization {

/// On a Namespace: the name of the Organization that has claimed it.
inline constexpr const char* kOrganizationLabel = "guildhall.dev/organization";
/// On a Namespace: the UID of the Organization that has claimed it.
inline constexpr const char* kOrganizationUidAnnotation = "guildhall.dev/organization-uid";
/// On a home that Guildhall created: the UID of the Organization for which it did.
inline constexpr const char* kCreatedByAnnotation = "guildhall.dev/created-for-organization-uid";
/// On a home: "true" while the Organization accepts new Members without an invitation. For policies.yaml, which cannot
/// read the Organization.
inline constexpr const char* kAutoAcceptAnnotation = "guildhall.dev/auto-accept";
/// On a Namespace that is claimed but no longer listed: since when its release waits for copies of Secrets to go.
inline constexpr const char* kReleasingSinceAnnotation = "guildhall.dev/releasing-since";
/// On a Namespace: "true" lets a Member with role Admin in it make an Organization.
inline constexpr const char* kEnrollLabel = "guildhall.dev/enroll";

/// On a Namespace: "true" once it has become a home, for ever: no Member makes an Organization of it any more.
inline constexpr const char* kWasHomeAnnotation = "guildhall.dev/was-home";

/// What a Namespace says about who has claimed it. Both parts are written together; one alone was edited by hand.
struct Claim {
  std::string organization;  ///< the label; empty: none
  std::string uid;           ///< the annotation; empty: none
  [[nodiscard]] bool empty() const { return organization.empty() && uid.empty(); }
  bool operator==(const Claim&) const = default;
};

/// Whose a claim is, seen from one Organization.
enum class Hold {
  Free,      ///< nobody's: no claim, or one of an Organization that is gone
  Ours,      ///< complete and ours
  Damaged,   ///< ours, but one half was removed or changed by hand
  Returned,  ///< of a former Organization of our name: we are its restored successor
  Others,    ///< of another Organization, which exists
};

/// `holder_exists`: whether another Organization that exists has the claim's UID, or (if not) its name.
Hold hold_of(const Claim& claim, const Claim& ours, bool holder_exists);

/// Namespaces that no Organization may ever claim: `default`, `kube-*`, the operator's own, and those of the platform's
/// list (exact names).
struct ProtectedNamespaces {
  std::string operator_namespace;
  std::vector<std::string> platform;
};
bool is_protected(std::string_view name, const ProtectedNamespaces& protected_namespaces);

}  // namespace guildhall::controllers::organization
