#include "operator/audit/standing.hpp"

#include <nlohmann/json.hpp>

namespace guildhall::audit {

namespace {

using nlohmann::json;

core::ActionName action_of(std::string_view kind) {
  if (kind == "Organization") return "OrganizationDeletedUnattended";
  if (kind == "ApiKey") return "ApiKeyDeletedUnattended";
  return "MemberDeletedUnattended";
}

}  // namespace

std::string format_standing(const Standing& standing) {
  return json(standing).dump(-1, ' ', false, json::error_handler_t::replace);
}

Standing parse_standing(std::string_view text) {
  Standing standing;
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return standing;
  for (const auto& [uid, name] : object.items()) {
    if (name.is_string()) standing[uid] = name.get<std::string>();
  }
  return standing;
}

Standing gone(const Standing& before, const Standing& now) {
  Standing result;
  for (const auto& [uid, name] : before) {
    if (!now.contains(uid)) result[uid] = name;
  }
  return result;
}

void hear(const core::AuditEntry& entry, Standing& standing) {
  const core::AuditObject& object = entry.object;
  const bool is_kept = object.kind == "Member" || object.kind == "ApiKey";
  if (is_kept && !object.uid.empty() && !tells_deletion(entry, object.uid)) standing[object.uid] = object.to_string();
}

bool tells_deletion(const core::AuditEntry& entry, std::string_view uid) {
  const std::string_view action = entry.action;
  return entry.object.uid == uid &&
         (action.ends_with("Deleted") || action.ends_with("Left") || action.ends_with("DeletedUnattended"));
}

core::AuditNote unattended_deletion(std::string_view kind, std::string_view uid) {
  return {.action = action_of(kind),
          .note = "it is gone, and no operator was asked: who deleted it, and when, is not known",
          .identity = std::string(uid) + "/DeletedUnattended",
          .actor = {.email = {}, .user = core::kUnknownUser, .credential = {}},
          .source = core::AuditSource::Reconciler};
}

}  // namespace guildhall::audit
