#pragma once

#include <string_view>

namespace guildhall::records {

/// The group that this room serves, and what is in it.
inline constexpr std::string_view kGroup = "records.guildhall.dev";
inline constexpr std::string_view kVersion = "v1alpha1";
inline constexpr std::string_view kApiVersion = "records.guildhall.dev/v1alpha1";
inline constexpr std::string_view kAuditEntries = "auditentries";
inline constexpr std::string_view kAuditEntry = "AuditEntry";
inline constexpr std::string_view kSignups = "signups";
inline constexpr std::string_view kSignup = "Signup";
inline constexpr std::string_view kUseReports = "usereports";
inline constexpr std::string_view kUseReport = "UseReport";
inline constexpr std::string_view kMetaGroup = "meta.k8s.io";

}  // namespace guildhall::records
