#pragma once

#include "operator/core/deletion.hpp"

namespace guildhall::controllers::organization::reasons {

// Ready=True: the reason is the phase.
inline constexpr const char* kActive = "Active";
inline constexpr const char* kSuspended = "Suspended";

// Ready=False, Reconciling=True: we go on.
inline constexpr const char* kClaimingNamespaces = "ClaimingNamespaces";
inline constexpr const char* kFounding = "Founding";
inline constexpr const char* kBindingRoles = "BindingRoles";
inline constexpr const char* kSecretsHoldTokens = "SecretsHoldTokens";
inline constexpr const char* kReleasingNamespaces = "ReleasingNamespaces";
inline constexpr const char* kNamespaceNotFound = "NamespaceNotFound";
inline constexpr const char* kNamespaceTerminating = "NamespaceTerminating";
inline constexpr const char* kPaused = "Paused";
inline constexpr const char* kDeleting = core::kDeletingReason;

// Ready=False, Stalled=True: a person must act.
inline constexpr const char* kNamespaceClaimed = "NamespaceClaimed";
inline constexpr const char* kNamespaceExists = "NamespaceExists";
inline constexpr const char* kNamespaceProtected = "NamespaceProtected";
inline constexpr const char* kRoleNotBindable = "RoleNotBindable";
inline constexpr const char* kWriteRefused = "WriteRefused";
inline constexpr const char* kLastAdmin = "LastAdmin";  ///< also of AdminPresent

// NamespacesClaimed=True.
inline constexpr const char* kAllClaimed = "AllClaimed";

// RolesBound=True.
inline constexpr const char* kAllBound = "AllBound";

// AuditRecorded.
inline constexpr const char* kRecorded = "Recorded";

// DeploymentsListed=False.
inline constexpr const char* kDeploymentsLeftOut = "DeploymentsLeftOut";

// AdminPresent.
inline constexpr const char* kAdminActive = "AdminActive";
inline constexpr const char* kNoActiveAdmin = "NoActiveAdmin";

}  // namespace guildhall::controllers::organization::reasons
