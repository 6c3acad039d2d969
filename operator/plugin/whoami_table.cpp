#include "operator/plugin/whoami_table.hpp"

#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "operator/core/printable.hpp"
#include "operator/plugin/table.hpp"

namespace guildhall::plugin {

std::string who_am_i_text(const Caller& caller, const std::vector<OwnMember>& own, bool wide) {
  std::string text = "User:   " + core::printable(caller.user) + "\n";
  if (wide) text += "Groups: " + core::printable(fmt::format("{}", fmt::join(caller.groups, ", "))) + "\n";
  if (own.empty()) return text;
  Table table{.header = {"NAMESPACE", "MEMBER", "ORGANIZATION", "ROLE", "PHASE"}, .rows = {}};
  if (wide) table.header.insert(table.header.end(), {"EMAIL", "BY"});
  for (const auto& [member, via, is_self] : own) {
    table.rows.push_back({member.key.ns, member.key.name, member.organization, member.role, member.phase});
    if (wide) table.rows.back().insert(table.rows.back().end(), {member.email, via});
  }
  return text + "\n" + format_table(table);
}

nlohmann::json who_am_i_document(const Caller& caller, const std::vector<OwnMember>& own) {
  nlohmann::json members = nlohmann::json::array();
  for (const auto& [member, via, is_self] : own) {
    members.push_back({{"namespace", member.key.ns},
                       {"name", member.key.name},
                       {"organization", member.organization},
                       {"email", member.email},
                       {"role", member.role},
                       {"phase", member.phase},
                       {"by", via},
                       {"self", is_self}});
  }
  return {{"user", caller.user}, {"groups", caller.groups}, {"members", std::move(members)}};
}

}  // namespace guildhall::plugin
