#include "operator/api/object.hpp"

#include "operator/api/json_writer.hpp"

namespace guildhall::api {
namespace {

// The field may be absent, but nothing else than `want`.
bool says(const nlohmann::json& object, const char* field, const std::string& want, std::string& problem) {
  const auto found = object.find(field);
  if (found == object.end() || found->is_null()) return true;
  const auto* got = found->get_ptr<const std::string*>();
  if (got != nullptr && *got == want) return true;
  problem = std::string(field) + ": expected " + want + ", got " + found->dump();
  return false;
}

nlohmann::json owner_json(const core::OwnerReference& owner) {
  nlohmann::json object{
      {"apiVersion", owner.api_version}, {"kind", owner.kind}, {"name", owner.name}, {"uid", owner.uid}};
  if (owner.controller) object["controller"] = true;
  return object;
}

void put(nlohmann::json& object, const char* field, const std::string& text) {
  if (!text.empty()) object[field] = text;
}

}  // namespace

core::Result<core::ObjectMeta> parse_head(const core::ResourceType& type, const nlohmann::json& object) {
  std::string problem;
  if (!is_object(Source{object, Path(), problem}) || !says(object, "apiVersion", type.api_version(), problem) ||
      !says(object, "kind", type.kind, problem))
    return core::fail(core::ErrorKind::Invalid, std::move(problem));
  const auto metadata = object.find("metadata");
  return core::parse_object_meta(metadata == object.end() ? nlohmann::json() : *metadata);
}

nlohmann::json to_json(const core::ObjectMeta& metadata) {
  nlohmann::json object = nlohmann::json::object();
  put(object, "name", metadata.name);
  put(object, "namespace", metadata.ns);
  put(object, "uid", metadata.uid);
  put(object, "resourceVersion", metadata.resource_version);
  if (metadata.generation != 0) object["generation"] = metadata.generation;
  if (metadata.creation_timestamp != core::Timestamp{})
    object["creationTimestamp"] = write(metadata.creation_timestamp);
  if (metadata.deletion_timestamp) object["deletionTimestamp"] = write(*metadata.deletion_timestamp);
  if (!metadata.labels.empty()) object["labels"] = metadata.labels;
  if (!metadata.annotations.empty()) object["annotations"] = metadata.annotations;
  if (!metadata.finalizers.empty()) object["finalizers"] = metadata.finalizers;
  for (const auto& owner : metadata.owner_references)
    object["ownerReferences"].push_back(owner_json(owner));
  return object;
}

nlohmann::json object_json(const core::ResourceType& type, const core::ObjectMeta& metadata, nlohmann::json spec,
                           nlohmann::json status, const nlohmann::json& unknown) {
  nlohmann::json object = unknown.is_object() ? unknown : nlohmann::json::object();
  object["apiVersion"] = type.api_version();
  object["kind"] = type.kind;
  object["metadata"] = to_json(metadata);
  object["spec"] = std::move(spec);
  if (!status.empty()) object["status"] = std::move(status);
  return object;
}

}  // namespace guildhall::api
