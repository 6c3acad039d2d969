#include "operator/audit/gap.hpp"

#include <fmt/format.h>

namespace guildhall::audit {

std::optional<Gap> gap_since(core::Timestamp complete_until, core::Timestamp now, std::chrono::seconds events_last) {
  if (now - complete_until <= events_last) return std::nullopt;
  return Gap{.from = complete_until, .to = now - events_last};
}

Gap gap_before(core::Timestamp begun, std::chrono::seconds events_last) {
  return {.from = std::nullopt, .to = begun - events_last};
}

bool concerns(const Gap& gap, core::Timestamp made) {
  return made < gap.to;
}

std::string format_gap(const Gap& gap) {
  return (gap.from ? core::format_timestamp(*gap.from) : "") + "/" + core::format_timestamp(gap.to);
}

std::optional<Gap> parse_gap(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto to = core::parse_timestamp(text.substr(slash + 1));
  if (!to) return std::nullopt;
  if (slash == 0) return Gap{.from = std::nullopt, .to = *to};
  const auto from = core::parse_timestamp(text.substr(0, slash));
  return from ? std::optional(Gap{.from = *from, .to = *to}) : std::nullopt;
}

std::string describe(const Gap& gap) {
  if (!gap.from) {
    return fmt::format(
        "this log began later than the Organization, and holds of the time before {} only what objects still tell; if "
        "there was a log, put its file back",
        core::format_timestamp(gap.to));
  }
  return fmt::format(
      "between {} and {} deletions and refused requests may be missing in the log: it could not be written for longer "
      "than Events last",
      core::format_timestamp(*gap.from), core::format_timestamp(gap.to));
}

core::AuditNote gap_note(const Gap& gap) {
  // The end of one with a beginning is further away each time that it is seen; that of one without is not.
  core::AuditNote note{.action = "OrganizationAuditGap",
                       .note = describe(gap),
                       .identity = "gap/" + (gap.from ? core::format_timestamp(*gap.from) : format_gap(gap))};
  if (gap.from)
    note.changes.push_back({.field = "from", .old_value = "", .new_value = core::format_timestamp(*gap.from)});
  note.changes.push_back({.field = "to", .old_value = "", .new_value = core::format_timestamp(gap.to)});
  return note;
}

}  // namespace guildhall::audit
