#include "controllers/organization/namespace_view.hpp"

#include <nlohmann/json.hpp>

#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

bool is_terminating(const nlohmann::json& object) {
  const nlohmann::json::json_pointer phase("/status/phase");
  return object.contains(phase) && object.at(phase) == "Terminating";
}

std::optional<core::Timestamp> releasing_since(const core::ObjectMeta& meta) {
  const auto text = meta.annotation(kReleasingSinceAnnotation);
  if (text.empty()) return std::nullopt;
  return core::parse_timestamp(text).value_or(core::Timestamp{});
}

}  // namespace

core::Result<NamespaceView> parse_namespace_view(const nlohmann::json& object) {
  if (!object.is_object() || !object.contains("metadata"))
    return core::fail(core::ErrorKind::Invalid, "a Namespace without metadata");
  const auto meta = core::parse_object_meta(object.at("metadata"));
  if (!meta) return std::unexpected(meta.error());
  return NamespaceView{
      .name = meta->name,
      .uid = meta->uid,
      .resource_version = meta->resource_version,
      .claim = {std::string(meta->label(kOrganizationLabel)),
                std::string(meta->annotation(kOrganizationUidAnnotation))},
      .created_for_uid = std::string(meta->annotation(kCreatedByAnnotation)),
      .releasing_since = releasing_since(*meta),
      .enroll = meta->label(kEnrollLabel) == "true",
      .auto_accept = meta->annotation(kAutoAcceptAnnotation) == "true",
      .was_home = meta->annotation(kWasHomeAnnotation) == "true",
      .deleting = meta->is_deleting() || is_terminating(object),
  };
}

}  // namespace guildhall::controllers::organization
