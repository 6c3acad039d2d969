#pragma once

#include "operator/core/deletion.hpp"

/// The reasons of a Member's conditions: one word for each thing that can be said. Users script on them.
namespace guildhall::controllers::member::reasons {

// Ready=True: the reason is the phase.
inline constexpr const char* kPendingInvitation = "PendingInvitation";
inline constexpr const char* kExpiredInvitation = "ExpiredInvitation";
inline constexpr const char* kActive = "Active";
inline constexpr const char* kInactive = "Inactive";

// Ready=False, Reconciling=True: we go on.
inline constexpr const char* kAwaitingHome = "AwaitingHome";
inline constexpr const char* kAccepting = "Accepting";
inline constexpr const char* kEnrolling = "Enrolling";
inline constexpr const char* kBindingRole = "BindingRole";
inline constexpr const char* kWithdrawingRole = "WithdrawingRole";
inline constexpr const char* kPaused = "Paused";
inline constexpr const char* kSendingInvitation = "SendingInvitation";
inline constexpr const char* kMailFailed = "MailFailed";
inline constexpr const char* kMailThrottled = "MailThrottled";
inline constexpr const char* kDeleting = core::kDeletingReason;

// Ready=False, Stalled=True: a person must act.
inline constexpr const char* kNotAHome = "NotAHome";
inline constexpr const char* kNoOrganization = "NoOrganization";
inline constexpr const char* kDuplicateEmail = "DuplicateEmail";
inline constexpr const char* kSealKeyMissing = "SealKeyMissing";
inline constexpr const char* kNoMailServer = "NoMailServer";
inline constexpr const char* kNoPublicPage = "NoPublicPage";
inline constexpr const char* kMailRefused = "MailRefused";
inline constexpr const char* kMailUncertain = "MailUncertain";
inline constexpr const char* kForeignSecret = "ForeignSecret";
inline constexpr const char* kWriteRefused = "WriteRefused";

// Accepted.
inline constexpr const char* kAccepted = "Accepted";
inline constexpr const char* kNotAccepted = "NotAccepted";

// RoleBound.
inline constexpr const char* kBound = "Bound";
inline constexpr const char* kOrganizationSuspended = "OrganizationSuspended";

}  // namespace guildhall::controllers::member::reasons
