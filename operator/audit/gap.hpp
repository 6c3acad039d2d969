#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "operator/core/audit_note.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::audit {

/// A time of which the log may lack what only an Event told: deletions and refused requests.
struct Gap {
  std::optional<core::Timestamp> from;  ///< unset: the log began later, and holds nothing from before
  core::Timestamp to;
  bool operator==(const Gap&) const = default;
};

/// How long an Organization's condition tells of one.
inline constexpr std::chrono::hours kGapTold{24};

/// Of a log that has all until `complete_until`: what was told in Events since, and of these the ones that are gone by
/// `now`. Unset: all stand still.
std::optional<Gap> gap_since(core::Timestamp complete_until, core::Timestamp now, std::chrono::seconds events_last);

/// Of a log that was made at `begun`, and does not know what was before.
Gap gap_before(core::Timestamp begun, std::chrono::seconds events_last);

/// Whether an Organization that was made then has a part in it.
bool concerns(const Gap& gap, core::Timestamp made);

/// "<from>/<to>", or "/<to>"; and what is none is unset.
std::string format_gap(const Gap& gap);
std::optional<Gap> parse_gap(std::string_view text);

/// For people, in a condition.
std::string describe(const Gap& gap);

/// The entry that marks it in each log.
core::AuditNote gap_note(const Gap& gap);

}  // namespace guildhall::audit
