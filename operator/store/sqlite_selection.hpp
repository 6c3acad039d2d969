#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "operator/core/audit_query.hpp"

namespace guildhall::store {

/// How entries are asked for that fit a filter, its text aside. Columns: row, time, place, body.
struct Selection {
  std::string sql;       ///< its parameters are those below, then the values
  bool by_week = false;  ///< it shows those of one week
  std::vector<std::variant<std::int64_t, std::string_view>> values;  ///< of ?6 and on; they borrow from the filter

  static constexpr int kWeek = 1;        ///< which week, when by_week
  static constexpr int kBeforeTime = 2;  ///< strictly before that time and row in the order
  static constexpr int kBeforeRow = 3;   ///<
  static constexpr int kFromTime = 4;    ///< that time and later
  static constexpr int kLimit = 5;       ///< so many at most
  static constexpr int kFirstValue = 6;
};

/// The newest first. `organization`: the number of the one that the filter names; unset when it names none.
Selection select_newest_first(const core::AuditFilter& filter, std::optional<std::int64_t> organization);

/// In order of rows: those after kBeforeRow, from kFromTime on and before kBeforeTime.
Selection select_recorded_after(const core::AuditFilter& filter, std::optional<std::int64_t> organization);

/// The week that a time is in, as indexes have it.
std::int64_t week_of(std::int64_t microseconds);

}  // namespace guildhall::store
