#include "operator/core/object_meta.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "operator/core/well_known_names.hpp"

namespace guildhall::core {
namespace {

std::string text_of(const nlohmann::json& object, const char* field) {
  const auto found = object.find(field);
  return found == object.end() || !found->is_string() ? std::string{} : found->get<std::string>();
}

Result<std::optional<Timestamp>> time_of(const nlohmann::json& object, const char* field) {
  const std::string text = text_of(object, field);
  if (text.empty()) return std::optional<Timestamp>{};
  auto time = parse_timestamp(text);
  if (!time) return fail(std::string("metadata.") + field, time.error());
  return std::optional<Timestamp>{*time};
}

std::map<std::string, std::string> strings_of(const nlohmann::json& object, const char* field) {
  std::map<std::string, std::string> strings;
  const auto found = object.find(field);
  if (found == object.end() || !found->is_object()) return strings;
  for (const auto& [name, value] : found->items()) {
    if (value.is_string()) strings.emplace(name, value.get<std::string>());
  }
  return strings;
}

std::vector<OwnerReference> owners_of(const nlohmann::json& metadata) {
  std::vector<OwnerReference> owners;
  const auto found = metadata.find("ownerReferences");
  if (found == metadata.end() || !found->is_array()) return owners;
  for (const auto& owner : *found) {
    const auto controller = owner.find("controller");
    owners.push_back({text_of(owner, "apiVersion"), text_of(owner, "kind"), text_of(owner, "name"),
                      text_of(owner, "uid"), controller != owner.end() && *controller == true});
  }
  return owners;
}

std::vector<std::string> finalizers_of(const nlohmann::json& metadata) {
  std::vector<std::string> finalizers;
  const auto found = metadata.find("finalizers");
  if (found == metadata.end() || !found->is_array()) return finalizers;
  for (const auto& finalizer : *found) {
    if (finalizer.is_string()) finalizers.push_back(finalizer.get<std::string>());
  }
  return finalizers;
}

std::string_view find_or_empty(const std::map<std::string, std::string>& map, const std::string& name) {
  const auto found = map.find(name);
  return found == map.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace

bool ObjectMeta::has_finalizer(std::string_view finalizer) const {
  return std::find(finalizers.begin(), finalizers.end(), finalizer) != finalizers.end();
}

std::string_view ObjectMeta::annotation(const std::string& name) const {
  return find_or_empty(annotations, name);
}

std::string_view ObjectMeta::label(const std::string& name) const {
  return find_or_empty(labels, name);
}

Result<ObjectMeta> parse_object_meta(const nlohmann::json& metadata) {
  if (!metadata.is_object() || text_of(metadata, "name").empty())
    return fail(ErrorKind::Invalid, "metadata.name is missing");
  const auto created = time_of(metadata, "creationTimestamp");
  if (!created) return std::unexpected(created.error());
  const auto deleted = time_of(metadata, "deletionTimestamp");
  if (!deleted) return std::unexpected(deleted.error());
  const auto generation = metadata.find("generation");
  return ObjectMeta{.name = text_of(metadata, "name"),
                    .generate_name = text_of(metadata, "generateName"),
                    .ns = text_of(metadata, "namespace"),
                    .uid = text_of(metadata, "uid"),
                    .resource_version = text_of(metadata, "resourceVersion"),
                    .generation = generation != metadata.end() && generation->is_number_integer()
                                      ? generation->get<std::int64_t>()
                                      : 0,
                    .creation_timestamp = created->value_or(Timestamp{}),
                    .deletion_timestamp = *deleted,
                    .labels = strings_of(metadata, "labels"),
                    .annotations = strings_of(metadata, "annotations"),
                    .finalizers = finalizers_of(metadata),
                    .owner_references = owners_of(metadata)};
}

OwnerReference controlling_owner(const ObjectMeta& metadata) {
  const auto owner = std::ranges::find_if(metadata.owner_references, &OwnerReference::controller);
  return owner == metadata.owner_references.end() ? OwnerReference{} : *owner;
}

nlohmann::json owner_reference(const ResourceType& type, const ObjectMeta& owner) {
  return {{"apiVersion", type.api_version()},
          {"kind", type.kind},
          {"name", owner.name},
          {"uid", owner.uid},
          {"controller", true}};
}

nlohmann::json object_head(const ResourceType& type, const ObjectKey& key) {
  nlohmann::json head{{"apiVersion", type.api_version()}, {"kind", type.kind}, {"metadata", {{"name", key.name}}}};
  if (!key.ns.empty()) head["metadata"]["namespace"] = key.ns;
  return head;
}

nlohmann::json generated_head(const ResourceType& type, const ObjectKey& key, const ResourceType& owner_type,
                              const ObjectMeta& owner) {
  nlohmann::json head = object_head(type, key);
  head["metadata"]["labels"] = {{kManagedByLabel, kManagedByValue}};
  head["metadata"]["ownerReferences"] = nlohmann::json::array({owner_reference(owner_type, owner)});
  return head;
}

}  // namespace guildhall::core
