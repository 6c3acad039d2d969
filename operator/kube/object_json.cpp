#include "operator/kube/object_json.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "operator/core/json_member.hpp"

namespace guildhall::kube {

namespace {

const nlohmann::json& member(const nlohmann::json& object, const char* name, const nlohmann::json& otherwise) {
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : otherwise;
}

}  // namespace

void drop_managed_fields(nlohmann::json& object) {
  const auto metadata = object.find("metadata");
  if (metadata != object.end() && metadata->is_object()) metadata->erase("managedFields");
}

core::Result<nlohmann::json> parse_object(std::string_view body) {
  auto object = nlohmann::json::parse(body, nullptr, false);
  if (!object.is_object()) return core::fail(core::ErrorKind::Unavailable, "the answer is not a JSON object");
  drop_managed_fields(object);
  return object;
}

core::Result<ListPage> parse_list(std::string_view body) {
  auto list = parse_object(body);
  if (!list) return std::unexpected(std::move(list.error()));
  const auto items = list->find("items");
  const auto metadata = list->find("metadata");
  if (metadata == list->end() || !metadata->is_object())
    return core::fail(core::ErrorKind::Unavailable, "the answer is not a list");
  ListPage page;
  page.resource_version = core::text_at(*metadata, "resourceVersion");
  page.continue_token = core::text_at(*metadata, "continue");
  if (items == list->end() || items->is_null()) return page;
  if (!items->is_array()) return core::fail(core::ErrorKind::Unavailable, "items of the list is not an array");
  page.items.reserve(items->size());
  for (auto& item : *items) {
    drop_managed_fields(item);
    page.items.push_back(std::move(item));
  }
  return page;
}

TokenReviewResult read_token_review(const nlohmann::json& review) {
  TokenReviewResult result;
  const nlohmann::json none = nlohmann::json::object();
  const auto& status = member(review, "status", none);
  const auto& user = member(status, "user", none);
  result.authenticated = status.contains("authenticated") && status.at("authenticated") == true;
  if (!result.authenticated) return result;
  result.user = core::text_at(user, "username");
  const auto groups = user.find("groups");
  if (groups == user.end() || !groups->is_array()) return result;
  for (const auto& group : *groups)
    if (group.is_string()) result.groups.push_back(group.get<std::string>());
  return result;
}

bool read_access_review(const nlohmann::json& review) {
  const nlohmann::json none = nlohmann::json::object();
  const auto& status = member(review, "status", none);
  return status.contains("allowed") && status.at("allowed") == true;
}

core::Result<std::string> dump_object(const nlohmann::json& object) {
  try {
    return object.dump();
  } catch (const nlohmann::json::exception& error) {
    return core::fail(core::ErrorKind::Invalid, std::string("the object cannot be written as JSON: ") + error.what());
  }
}

}  // namespace guildhall::kube
