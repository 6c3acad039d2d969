#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace guildhall::plugin {

/// What the commands show of an AuditEntry, as text. Read leniently, as MemberView is.
struct EntryView {
  std::string ns;
  std::string name;     ///< its id
  std::string time;     ///< in UTC, whole seconds
  std::string actor;    ///< the email of the Member, else the user
  std::string action;   ///< with "(x12)" when it tells of 12 alike
  std::string object;   ///< "Member/jane"
  std::string changes;  ///< "spec.role: Viewer -> Editor, spec.state: Active -> <none>"
  std::string outcome;
  std::string user;
  std::string credential;
  std::string source;
  std::string scope;
  std::string note;
  std::int64_t index = 0;
};

EntryView entry_view(const nlohmann::json& entry);
std::vector<EntryView> entry_views(const std::vector<nlohmann::json>& entries);

/// "auditentry.records.guildhall.dev/5f1e…", as kubectl names it.
std::string name_of(const EntryView& entry);

}  // namespace guildhall::plugin
