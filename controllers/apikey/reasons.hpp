#pragma once

#include "operator/core/deletion.hpp"

/// The reasons of an ApiKey's conditions: one word for each thing that can be said. Users script on them.
namespace guildhall::controllers::apikey::reasons {

// Ready=True: the reason is the phase.
inline constexpr const char* kActive = "Active";
inline constexpr const char* kRotating = "Rotating";
inline constexpr const char* kExpired = "Expired";
inline constexpr const char* kRevoked = "Revoked";
inline constexpr const char* kSuspended = "Suspended";

// Ready=False, Reconciling=True: we go on.
inline constexpr const char* kIssuing = "Issuing";
inline constexpr const char* kWritingSecrets = "WritingSecrets";
inline constexpr const char* kRemovingSecrets = "RemovingSecrets";
inline constexpr const char* kDeleting = core::kDeletingReason;
inline constexpr const char* kPaused = "Paused";
inline constexpr const char* kAwaitingHome = "AwaitingHome";
inline constexpr const char* kNamespaceNotReady = "NamespaceNotReady";

// Ready=False, Stalled=True: a person must act.
inline constexpr const char* kNotAHome = "NotAHome";
inline constexpr const char* kNoOrganization = "NoOrganization";
inline constexpr const char* kForeignSecret = "ForeignSecret";
inline constexpr const char* kSealKeyMissing = "SealKeyMissing";
inline constexpr const char* kQuotaExceeded = "QuotaExceeded";
inline constexpr const char* kLifetimeTooLong = "LifetimeTooLong";
inline constexpr const char* kExpirationRequired = "ExpirationRequired";
inline constexpr const char* kNamespaceNotSpanned = "NamespaceNotSpanned";
inline constexpr const char* kWriteRefused = "WriteRefused";

// Why a key is suspended: reason of Issued, and part of Ready's message.
inline constexpr const char* kOrganizationSuspended = "OrganizationSuspended";
inline constexpr const char* kOwnerNotFound = "OwnerNotFound";
inline constexpr const char* kOwnerInactive = "OwnerInactive";
inline constexpr const char* kOwnerNotAccepted = "OwnerNotAccepted";
inline constexpr const char* kOwnerChanged = "OwnerChanged";

// Issued=False otherwise.
inline constexpr const char* kNotIssued = "NotIssued";
inline constexpr const char* kWithdrawn = "Withdrawn";
inline constexpr const char* kIssued = "Issued";

// ExpiringSoon.
inline constexpr const char* kExpiresSoon = "ExpiresSoon";
inline constexpr const char* kNotSoon = "NotSoon";
inline constexpr const char* kNeverExpires = "NeverExpires";

// Enforced; kForeignSecret, kNamespaceNotReady, kPaused and kWriteRefused, too, where it is False.
inline constexpr const char* kEnforced = "Enforced";
inline constexpr const char* kNotRendered = "NotRendered";
inline constexpr const char* kTooManyKeys = "TooManyKeys";
inline constexpr const char* kRolesNotBound = "RolesNotBound";
inline constexpr const char* kForeignVmUser = "ForeignVMUser";
inline constexpr const char* kVmUsersNotServed = "VMUsersNotServed";
inline constexpr const char* kNotOperational = "NotOperational";

}  // namespace guildhall::controllers::apikey::reasons
