#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "operator/core/audit_entry.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::core {

/// Which entries. What is unset does not matter; all that is set must hold.
struct AuditFilter {
  std::string organization_uid;  ///< empty: of every Organization, former ones too
  std::optional<std::string> action;
  std::optional<std::string> email;  ///< the actor's; "" asks for those without one
  std::optional<AuditOutcome> outcome;
  std::optional<AuditScope> scope;
  std::optional<std::string> object;  ///< "Member/jane"
  std::optional<Timestamp> from;      ///< that time and later
  std::optional<Timestamp> to;        ///< earlier than that
  std::string text;  ///< stands somewhere in what people read of the entry, upper and lower case alike; empty: any
  bool operator==(const AuditFilter&) const = default;
};

/// Where one entry stands among all. Newest first is by time; of the same time, by what was recorded later.
struct AuditPosition {
  Timestamp time;
  std::int64_t row = 0;  ///< grows with each entry that a store records, whatever its Organization; never used twice
  auto operator<=>(const AuditPosition&) const = default;
};

/// An entry as it stands in the log.
struct RecordedEntry {
  AuditEntry entry;
  std::uint64_t index = 0;  ///< its place in its Organization's log, from 0, without a hole
  AuditPosition position;
  bool operator==(const RecordedEntry&) const = default;
};

}  // namespace guildhall::core
