#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "operator/core/audit_query.hpp"
#include "operator/records/status.hpp"

namespace guildhall::records {

/// Where a list goes on. Opaque to clients: base64url of versioned JSON.
struct ContinuePoint {
  core::AuditPosition after;          ///< the last entry that was given
  std::int64_t resource_version = 0;  ///< of the first page; entries recorded later are in none
  std::uint32_t query = 0;            ///< what was asked for (query_mark): a token goes on with that alone
  bool operator==(const ContinuePoint&) const = default;
};

std::string encode_continue(const ContinuePoint& point);
/// Errors: 400 for what is no token of ours or was made for another query.
Checked<ContinuePoint> decode_continue(std::string_view token, std::uint32_t query);

/// A mark of the namespace and the selecting parameters as they were written.
std::uint32_t query_mark(std::string_view ns, std::string_view selectors);

}  // namespace guildhall::records
