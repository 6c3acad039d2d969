#include "operator/plugin/member_table.hpp"

#include <fmt/ranges.h>

#include "operator/plugin/human_time.hpp"

namespace guildhall::plugin {

namespace {

std::string ago(const std::optional<core::Timestamp>& time, core::Timestamp now) {
  return time ? human_duration(std::chrono::floor<std::chrono::seconds>(now - *time)) : "";
}

void append(std::vector<std::string>& row, std::vector<std::string> more) {
  for (auto& cell : more)
    row.push_back(std::move(cell));
}

std::vector<std::string> row_of(const MemberView& member, const MemberColumns& columns, core::Timestamp now) {
  std::vector<std::string> row;
  if (columns.with_namespace) row.push_back(member.key.ns);
  append(row, {member.key.name, member.email, member.role, member.phase, member.ready, ago(member.last_active, now),
               ago(member.created, now)});
  if (columns.wide)
    append(row, {member.display_name, fmt::format("{}", fmt::join(member.auth_methods, ",")), member.last_action,
                 member.message});
  return row;
}

}  // namespace

Table member_table(const std::vector<MemberView>& members, const MemberColumns& columns, core::Timestamp now) {
  Table table;
  if (columns.with_namespace) table.header.emplace_back("NAMESPACE");
  append(table.header, {"NAME", "EMAIL", "ROLE", "PHASE", "READY", "LAST ACTIVE", "AGE"});
  if (columns.wide) append(table.header, {"DISPLAY NAME", "AUTH", "LAST ACTION", "MESSAGE"});
  for (const auto& member : members)
    table.rows.push_back(row_of(member, columns, now));
  return table;
}

}  // namespace guildhall::plugin
