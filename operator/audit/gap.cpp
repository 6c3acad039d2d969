#include "operator/audit/gap.hpp"

#include <fmt/format.h>

namespace guildhall::audit {

std::optional<Gap> gap_since(core::Timestamp complete_until, core::Timestamp now, std::chrono::seconds events_last) {
  if (now - complete_until <= events_last) return std::nullopt;
  return Gap{.from = complete_until, .to = now - events_last};
}

bool concerns(const Gap& gap, core::Timestamp made) {
  return made < gap.to;
}

std::string format_gap(const Gap& gap) {
  return core::format_timestamp(gap.from) + "/" + core::format_timestamp(gap.to);
}

std::optional<Gap> parse_gap(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto from = core::parse_timestamp(text.substr(0, slash));
  const auto to = core::parse_timestamp(text.substr(slash + 1));
  if (!from || !to) return std::nullopt;
  return Gap{.from = *from, .to = *to};
}

std::string describe(const Gap& gap) {
  return fmt::format(
      "between {} and {} deletions and refused requests may be missing in the log: it could not be written for longer "
      "than Events last",
      core::format_timestamp(gap.from), core::format_timestamp(gap.to));
}

core::AuditNote gap_note(const Gap& gap) {
  return {.action = "OrganizationAuditGap",
          .note = describe(gap),
          .identity = "gap/" + core::format_timestamp(gap.from),
          .changes = {{.field = "from", .old_value = "", .new_value = core::format_timestamp(gap.from)},
                      {.field = "to", .old_value = "", .new_value = core::format_timestamp(gap.to)}}};
}

}  // namespace guildhall::audit
