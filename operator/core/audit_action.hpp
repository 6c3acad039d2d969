#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "operator/core/audit_entry.hpp"

namespace guildhall::core {

/// What an Event of it is marked as.
enum class AuditSeverity { Normal, Warning };

/// One kind of entry, as the catalogue lists it.
struct AuditAction {
  std::string_view name;  ///< kind + what happened, past tense: "MemberRoleChanged"
  std::string_view kind;  ///< of the object that it is about
  AuditScope scope = AuditScope::Organization;
  AuditSeverity severity = AuditSeverity::Normal;
  AuditOutcome outcome = AuditOutcome::Success;
  /// Where a change of the spec is this: the changed field, or what stands before a dot in it. "": no change is.
  std::string_view field;
  std::string_view value;      ///< only when the field has this value then, as JSON text; "": whatever value
  std::string_view says;       ///< when it is told, for the documentation
  bool once_a_minute = false;  ///< of one object and actor: what repeats is counted, and told with its count
};

/// Every action there is, in the order of the documentation. Adding one is adding its line. Of those of one kind the
/// first that a change fits is the change's.
std::span<const AuditAction> audit_actions();

/// Null: there is none of that name.
const AuditAction* find_audit_action(std::string_view name);

/// The action of a change of that field; of those that no line names, the kind's last one. Null: the kind has none.
const AuditAction* action_of_change(std::string_view kind, const FieldChange& change);

namespace catalogue {

using enum AuditScope;
using enum AuditSeverity;
using enum AuditOutcome;

/// `field` of the object's creation, and of a change that no other line of the kind names.
inline constexpr std::string_view kCreation = "object";
inline constexpr std::string_view kAnyOther = "spec";

// One line an action, so no line is too long.
// clang-format off
inline constexpr auto kActions = std::to_array<AuditAction>({
  {"OrganizationCreated", "Organization", Organization, Normal, Success, kCreation, "", "somebody made the Organization"},
  {"OrganizationEnrolled", "Organization", Organization, Normal, Success, "", "", "a Member in a namespace that asks for enrolment made its Organization"},
  {"OrganizationSignedUp", "Organization", Organization, Normal, Success, "", "", "somebody signed up for it"},
  {"OrganizationRenamed", "Organization", Organization, Normal, Success, "spec.displayName", "", "`displayName` changed"},
  {"OrganizationContactsChanged", "Organization", Organization, Normal, Success, "spec.contacts", "", "`contacts` changed"},
  {"OrganizationSuspended", "Organization", Organization, Warning, Success, "spec.state", "\"Suspended\"", "`state` became Suspended: keys are refused, bindings withdrawn"},
  {"OrganizationResumed", "Organization", Organization, Normal, Success, "spec.state", "", "`state` became Active again"},
  {"OrganizationNamespacesChanged", "Organization", Organization, Normal, Success, "spec.namespaces", "", "`namespaces` changed"},
  {"OrganizationAdminOnlyNamespacesChanged", "Organization", Organization, Normal, Success, "spec.adminOnlyNamespaces", "", "`adminOnlyNamespaces` changed"},
  {"OrganizationTenantChanged", "Organization", Organization, Warning, Success, "spec.tenant", "", "`tenant` changed"},
  {"OrganizationRolesChanged", "Organization", Organization, Warning, Success, "spec.roles", "", "`roles` changed: further ClusterRoles are bound"},
  {"OrganizationInvitationSettingsChanged", "Organization", Organization, Normal, Success, "spec.invitations", "", "`invitations` changed"},
  {"OrganizationApiKeySettingsChanged", "Organization", Organization, Normal, Success, "spec.apiKeys", "", "`apiKeys` changed"},
  {"OrganizationEnforcementChanged", "Organization", Organization, Warning, Success, "spec.enforcement", "", "`enforcement` changed"},
  {"OrganizationAuditSettingsChanged", "Organization", Organization, Warning, Success, "spec.audit", "", "`audit` changed: how long entries are kept"},
  {"OrganizationDeletionPolicyChanged", "Organization", Organization, Warning, Success, "spec.deletionPolicy", "", "`deletionPolicy` changed"},
  {"OrganizationSettingsChanged", "Organization", Organization, Normal, Success, kAnyOther, "", "another field changed"},
  {"OrganizationChangedUnattended", "Organization", Organization, Warning, Success, "", "", "changes of the spec are not known: no operator answered, or more came than the record keeps"},
  {"OrganizationDeleted", "Organization", Organization, Warning, Success, "", "", "somebody deleted it"},
  {"OrganizationDeletedUnattended", "Organization", Organization, Warning, Success, "", "", "it was deleted while no operator answered: by whom is not known"},
  {"OrganizationDeletionRefused", "Organization", Organization, Warning, Refused, "", "", "somebody asked for its deletion, and another admission webhook refused it"},
  {"OrganizationKeyRefused", "Organization", Organization, Warning, Refused, "", "", "a gate refused requests with what is no key of the Organization"},
  {"OrganizationNamespaceClaimed", "Organization", Organization, Normal, Success, "", "", "a namespace became its own"},
  {"OrganizationNamespaceReleased", "Organization", Organization, Normal, Success, "", "", "a namespace is no longer its own"},
  {"OrganizationClaimRepaired", "Organization", Organization, Warning, Success, "", "", "its mark on a namespace was changed by another and put back", true},
  {"OrganizationBindingRepaired", "Organization", Organization, Warning, Success, "", "", "a role or binding was changed or removed by another and put back", true},
  {"OrganizationReleaseStepAbandoned", "Organization", Organization, Warning, Success, "", "", "a namespace was released although something of Guildhall's was left in it after 2 minutes"},
  {"OrganizationDeletionStepAbandoned", "Organization", Organization, Warning, Success, "", "", "its deletion went on without a step that took longer than 2 minutes"},
  {"OrganizationLastAdminLost", "Organization", Organization, Warning, Success, "", "", "its last active Admin went past the webhook"},
  {"OrganizationAuditGap", "Organization", Organization, Warning, Success, "", "", "entries may be missing: the log could not be written for longer than Events last"},
  {"MemberInvited", "Member", Organization, Normal, Success, kCreation, "", "somebody made the Member, who is invited"},
  {"MemberCreated", "Member", Organization, Normal, Success, "", "", "somebody made the Member without an invitation (`delivery: None`)"},
  {"MemberInvitationSent", "Member", Organization, Normal, Success, "", "", "the link went out by mail or stands in its Secret; again for each new link"},
  {"MemberInvitationResent", "Member", Organization, Normal, Success, "spec.invitation.resendAt", "", "somebody asked for another link"},
  {"MemberAccepted", "Member", Organization, Normal, Success, "", "", "the invited one accepted, or needed no invitation"},
  {"MemberDeclined", "Member", Organization, Warning, Success, "", "", "the invited one declined"},
  {"MemberInvitationExpired", "Member", Organization, Warning, Success, "", "", "the link ended before it was used"},
  {"MemberRoleChanged", "Member", Organization, Normal, Success, "spec.role", "", "`role` changed"},
  {"MemberDeactivated", "Member", Organization, Normal, Success, "spec.state", "\"Inactive\"", "`state` became Inactive"},
  {"MemberActivated", "Member", Organization, Normal, Success, "spec.state", "", "`state` became Active again"},
  {"MemberSubjectsChanged", "Member", Organization, Warning, Success, "spec.subjects", "", "`subjects` changed: who the Member is in Kubernetes"},
  {"MemberUpdated", "Member", Organization, Normal, Success, kAnyOther, "", "another field changed"},
  {"MemberChangedUnattended", "Member", Organization, Warning, Success, "", "", "changes of the spec are not known: no operator answered, or more came than the record keeps"},
  {"MemberDeleted", "Member", Organization, Normal, Success, "", "", "somebody deleted the Member"},
  {"MemberDeletedUnattended", "Member", Organization, Warning, Success, "", "", "it is gone, and no operator was asked: when and by whom is not known"},
  {"MemberLeft", "Member", Organization, Normal, Success, "", "", "the Member deleted itself"},
  {"MemberDeletionRefused", "Member", Organization, Warning, Refused, "", "", "somebody asked for its deletion, and another admission webhook refused it"},
  {"MemberRemovalRefused", "Member", Organization, Warning, Refused, "", "", "the last active Admin was to be deleted, demoted, deactivated, or to lose its subjects", true},
  {"MemberBindingRepaired", "Member", Organization, Warning, Success, "", "", "its own role or binding was changed or removed by another and put back", true},
  {"MemberStalled", "Member", Organization, Warning, Refused, "", "", "the Member is not in force until a person acts; the reason stands in its conditions"},
  {"ApiKeyCreated", "ApiKey", Organization, Normal, Success, kCreation, "", "somebody made the key"},
  {"ApiKeyIssued", "ApiKey", Organization, Normal, Success, "", "", "its first token was issued"},
  {"ApiKeyAdopted", "ApiKey", Organization, Normal, Success, "", "", "the token of a sealed Secret was taken over after a restore"},
  {"ApiKeyRotated", "ApiKey", Organization, Normal, Success, "", "", "a token was issued beside the former one, which ends with the overlap"},
  {"ApiKeyReissued", "ApiKey", Organization, Warning, Success, "", "", "a token was issued in place of one that is no longer accepted: its Secret was lost or edited, or it had ended"},
  {"ApiKeyLost", "ApiKey", Organization, Warning, Success, "", "", "the Secret of the token was taken away, and no other can be issued"},
  {"ApiKeyRevoked", "ApiKey", Organization, Warning, Success, "spec.revoked", "", "somebody revoked the key, for good"},
  {"ApiKeyWithdrawn", "ApiKey", Organization, Normal, Success, "", "", "no token of a revoked key is accepted any more, and its Secrets go"},
  {"ApiKeyExpired", "ApiKey", Organization, Normal, Success, "", "", "its time is over; its Secrets go"},
  {"ApiKeySuspended", "ApiKey", Organization, Warning, Success, "", "", "the key is refused for a while: its owner is not active, or the Organization is suspended"},
  {"ApiKeyResumed", "ApiKey", Organization, Normal, Success, "", "", "the key is accepted again"},
  {"ApiKeyRotationRequested", "ApiKey", Organization, Normal, Success, "spec.rotateAt", "", "somebody asked for a rotation"},
  {"ApiKeyPermissionsChanged", "ApiKey", Organization, Warning, Success, "spec.permissions", "", "`permissions` changed"},
  {"ApiKeyDeploymentsChanged", "ApiKey", Organization, Warning, Success, "spec.deployments", "", "`deployments` changed: what the key opens"},
  {"ApiKeyExpiryChanged", "ApiKey", Organization, Normal, Success, "spec.expiresAt", "", "`expiresAt` changed"},
  {"ApiKeyLifetimeChanged", "ApiKey", Organization, Normal, Success, "spec.lifetime", "", "`lifetime` changed"},
  {"ApiKeyNeverExpiresChanged", "ApiKey", Organization, Warning, Success, "spec.neverExpires", "", "`neverExpires` changed"},
  {"ApiKeyRotationChanged", "ApiKey", Organization, Normal, Success, "spec.rotation", "", "`rotation` changed"},
  {"ApiKeySecretChanged", "ApiKey", Organization, Normal, Success, "spec.secret", "", "`secret` changed: where the token lies and in which forms"},
  {"ApiKeyUpdated", "ApiKey", Organization, Normal, Success, kAnyOther, "", "another field changed"},
  {"ApiKeyChangedUnattended", "ApiKey", Organization, Warning, Success, "", "", "changes of the spec are not known: no operator answered, or more came than the record keeps"},
  {"ApiKeyDeleted", "ApiKey", Organization, Normal, Success, "", "", "somebody deleted the key; its tokens are not accepted any more"},
  {"ApiKeyDeletedUnattended", "ApiKey", Organization, Warning, Success, "", "", "it is gone, and no operator was asked: when and by whom is not known"},
  {"ApiKeyDeletionRefused", "ApiKey", Organization, Warning, Refused, "", "", "somebody asked for its deletion, and another admission webhook refused it"},
  {"ApiKeyRefused", "ApiKey", Organization, Warning, Refused, "", "", "a gate refused requests with the key; the note says why, the count how many"},
  {"ApiKeyStalled", "ApiKey", Organization, Warning, Refused, "", "", "the key is not in force until a person acts; the reason stands in its conditions"},
  {"ApiKeyDeletionStepAbandoned", "ApiKey", Organization, Warning, Success, "", "", "its deletion went on although copies of its Secret were left after 2 minutes"},
});
// clang-format on

/// Its place among them; their number when there is none of that name. (By number, as UBSan keeps GCC 12 from comparing
/// addresses while it compiles.)
constexpr std::size_t place_of(std::string_view name) {
  std::size_t place = 0;
  while (place < kActions.size() && kActions[place].name != name)
    ++place;
  return place;
}

}  // namespace catalogue

/// One action of the catalogue: a literal that names none does not compile.
class ActionName {
 public:
  // Implicit, so that a plan says it in a word.
  // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions)
  consteval ActionName(const char* name) : place_(catalogue::place_of(name)) {
    if (place_ == catalogue::kActions.size()) throw "not in the catalogue of actions (operator/core/audit_action.hpp)";
  }
  /// One of the catalogue's.
  explicit constexpr ActionName(const AuditAction& action) : place_(catalogue::place_of(action.name)) {}

  [[nodiscard]] constexpr const AuditAction& action() const { return catalogue::kActions[place_]; }
  [[nodiscard]] constexpr std::string_view text() const { return action().name; }
  constexpr bool operator==(const ActionName&) const = default;

 private:
  std::size_t place_;
};

}  // namespace guildhall::core
