#include "operator/told_deletions.hpp"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/audit/audit_event.hpp"
#include "operator/audit/standing.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall {

runtime::Regarding regarding(const core::AuditObject& object, const std::string& home) {
  core::ResourceType type = api::organization_type();
  if (object.kind == api::member_type().kind) type = api::member_type();
  if (object.kind == api::api_key_type().kind) type = api::api_key_type();
  core::ObjectKey key{type.namespaced ? home : "", object.name};
  return {.type = std::move(type), .key = std::move(key), .uid = object.uid};
}

core::Result<bool> log_tells_deletion(store::AuditStore& log, const std::string& organization_uid,
                                      const std::string& object, const std::string& uid) {
  constexpr std::size_t enough = 500;
  core::AuditFilter filter;
  filter.organization_uid = organization_uid;
  filter.object = object;
  const auto page = log.page(filter, std::nullopt, enough);
  if (!page) return std::unexpected(page.error());
  return std::ranges::any_of(page->entries,
                             [&](const auto& recorded) { return audit::tells_deletion(recorded.entry, uid); });
}

core::Result<bool> asks_and_finds_gone(kube::Client& client, const runtime::Regarding& regarding,
                                       const std::stop_token& stop) {
  const auto object = client.get(regarding.type, regarding.key, stop);
  if (!object && object.error().kind == core::ErrorKind::NotFound) return true;
  if (!object) return std::unexpected(object.error());
  const auto metadata = core::parse_object_meta(object->value("metadata", nlohmann::json::object()));
  if (!metadata) return std::unexpected(metadata.error());
  return metadata->uid != regarding.uid;
}

core::Result<std::vector<std::string>> deletion_events(kube::Client& client, const core::Sealer& sealer,
                                                       const kube::Selection& selection, const std::string& uid,
                                                       const std::stop_token& stop) {
  std::vector<std::string> ids;
  kube::ListOptions options;
  options.selection = selection;
  do {
    const auto page = client.list(core::types::events(), options, stop);
    if (!page) return std::unexpected(page.error());
    for (const auto& object : page->items) {
      const auto event = audit::parse_event_view(object);
      const auto entry = event ? audit::sealed_entry(*event, sealer) : std::nullopt;
      if (entry && audit::tells_deletion(*entry, uid)) ids.push_back(entry->id);
    }
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  return ids;
}

}  // namespace guildhall
