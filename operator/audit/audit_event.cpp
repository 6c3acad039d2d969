#include "operator/audit/audit_event.hpp"

#include <nlohmann/json.hpp>

#include "operator/core/object_meta.hpp"
#include "operator/core/text.hpp"
#include "operator/crypto/digest.hpp"

namespace guildhall::audit {

namespace {

using nlohmann::json;

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestNote = 1024;
constexpr std::size_t kLongestInstance = 128;
constexpr std::size_t kIdDigits = 32;
constexpr const char* kSealPurpose = "audit-entry";

std::string canonical_form(const core::ObjectKey& place, std::string_view entry) {
  return json::array({place.ns, place.name, entry}).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string entry_id(const Regarding& regarding, std::string_view identity) {
  const json parts = json::array(
      {regarding.type.api_version(), regarding.type.kind, regarding.key.ns, regarding.key.name, std::string(identity)});
  return crypto::sha256_hex(parts.dump(-1, ' ', false, json::error_handler_t::replace)).substr(0, kIdDigits);
}

std::string event_name(std::string_view object_name, std::string_view id) {
  std::string name(object_name.substr(0, kLongestName - id.size() - 1));
  while (!name.empty() && (name.back() == '.' || name.back() == '-'))
    name.pop_back();
  return name + "." + std::string(id);
}

json audit_event(const core::ObjectKey& place, const Regarding& regarding, const Telling& telling,
                 const Reporter& reporter) {
  json about = {
      {"apiVersion", regarding.type.api_version()}, {"kind", regarding.type.kind}, {"name", regarding.key.name}};
  if (!regarding.key.ns.empty()) about["namespace"] = regarding.key.ns;
  if (!regarding.uid.empty()) about["uid"] = regarding.uid;
  const std::string action(telling.action.text());
  const bool warns = telling.action.action().severity == core::AuditSeverity::Warning;
  json event = core::object_head(core::types::events(), place);
  event["eventTime"] = core::format_micro_timestamp(telling.at);
  event["reportingController"] = kReportingController;
  event["reportingInstance"] = std::string(core::cut_text(reporter.instance, kLongestInstance));
  event["action"] = action;
  event["reason"] = action;
  event["type"] = warns ? "Warning" : "Normal";
  event["note"] = std::string(core::cut_text(telling.note, kLongestNote));
  event["regarding"] = std::move(about);
  return event;
}

core::Result<void> seal_entry(json& event, const core::AuditEntry& entry, const core::Sealer& sealer) {
  json& metadata = event["metadata"];
  const core::ObjectKey place{metadata.at("namespace"), metadata.at("name")};
  std::string text = core::canonical_audit_entry(entry);
  auto seal = sealer.sign(kSealPurpose, canonical_form(place, text));
  if (!seal) return std::unexpected(seal.error());
  metadata["annotations"] = {{kEntryAnnotation, std::move(text)}, {kSealAnnotation, std::move(*seal)}};
  return {};
}

core::Result<EventView> parse_event_view(const json& event) {
  const auto metadata = core::parse_object_meta(event.value("metadata", json::object()));
  if (!metadata) return std::unexpected(metadata.error());
  return EventView{.key = metadata->key(),
                   .uid = metadata->uid,
                   .entry = std::string(metadata->annotation(kEntryAnnotation)),
                   .seal = std::string(metadata->annotation(kSealAnnotation))};
}

std::optional<core::AuditEntry> sealed_entry(const EventView& event, const core::Sealer& sealer) {
  if (event.entry.empty() || !sealer.verify(kSealPurpose, canonical_form(event.key, event.entry), event.seal))
    return std::nullopt;
  auto entry = core::parse_audit_entry(event.entry);
  if (!entry) return std::nullopt;
  return std::move(*entry);
}

bool is_forged(const EventView& event, const core::Sealer& sealer) {
  if (event.entry.empty() && event.seal.empty()) return false;
  return !sealed_entry(event, sealer) && !sealer.is_by_unknown_key(event.seal);
}

}  // namespace guildhall::audit
