#include "operator/store/sqlite_selection.hpp"

#include <fmt/format.h>

#include <chrono>

namespace guildhall::store {
namespace {

/// The index that leaves least to look at.
std::string_view index_for(const core::AuditFilter& filter, bool has_organization) {
  if (filter.object) return "by_object";
  if (filter.email && !filter.email->empty()) return "by_email";
  if (filter.action) return "by_action";
  return has_organization ? "by_organization" : "by_time";
}

/// Conditions, with a parameter for each of their values.
class Conditions {
 public:
  explicit Conditions(Selection& selection) : selection_(selection) {}

  void equal(std::string_view column, std::variant<std::int64_t, std::string_view> value) {
    const auto place = static_cast<std::size_t>(Selection::kFirstValue) + selection_.values.size();
    text_ += fmt::format(" AND {} = ?{}", column, place);
    selection_.values.push_back(value);
  }
  void add(std::string_view condition) { text_ += condition; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  Selection& selection_;
  std::string text_;
};

std::string conditions_of(const core::AuditFilter& filter, std::optional<std::int64_t> organization,
                          Selection& selection) {
  Conditions conditions(selection);
  if (organization) conditions.equal("organization", *organization);
  if (filter.object) conditions.equal("object", *filter.object);
  if (filter.email) conditions.equal("email", *filter.email);
  // As the index has it; SQLite cannot tell it from the parameter.
  if (filter.email && !filter.email->empty()) conditions.add(" AND email <> ''");
  if (filter.action) conditions.equal("action", *filter.action);
  if (filter.outcome) conditions.equal("outcome", core::word_of(*filter.outcome));
  if (filter.scope) conditions.equal("scope", core::word_of(*filter.scope));
  return conditions.text();
}

}  // namespace

Selection select_newest_first(const core::AuditFilter& filter, std::optional<std::int64_t> organization) {
  Selection selection;
  const std::string_view index = index_for(filter, organization.has_value());
  selection.by_week = index != "by_time";
  const std::string conditions = conditions_of(filter, organization, selection);
  selection.sql = fmt::format(
      "SELECT row, time, place, body FROM entries INDEXED BY {} WHERE (time, row) < (?2, ?3) AND time >= ?4{}{} "
      "ORDER BY time DESC, row DESC LIMIT ?5",
      index, selection.by_week ? " AND week = ?1" : "", conditions);
  return selection;
}

Selection select_recorded_after(const core::AuditFilter& filter, std::optional<std::int64_t> organization) {
  Selection selection;
  const std::string conditions = conditions_of(filter, organization, selection);
  selection.sql = fmt::format(
      "SELECT row, time, place, body FROM entries NOT INDEXED WHERE row > ?3 AND time < ?2 AND time >= ?4{} ORDER BY "
      "row "
      "LIMIT ?5",
      conditions);
  return selection;
}

std::int64_t week_of(std::int64_t microseconds) {
  return std::chrono::floor<std::chrono::weeks>(std::chrono::microseconds(microseconds)).count();
}

}  // namespace guildhall::store
