#include "operator/kube/watch_event.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "operator/kube/object_json.hpp"
#include "operator/kube/status.hpp"

namespace guildhall::kube {

namespace {

constexpr const char* kEndAnnotation = "k8s.io/initial-events-end";

std::optional<WatchEventType> type_of(std::string_view name) {
  if (name == "ADDED") return WatchEventType::Added;
  if (name == "MODIFIED") return WatchEventType::Modified;
  if (name == "DELETED") return WatchEventType::Deleted;
  if (name == "BOOKMARK") return WatchEventType::Bookmark;
  return std::nullopt;
}

bool ends_initial_events(const nlohmann::json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return false;
  const auto annotations = metadata->find("annotations");
  if (annotations == metadata->end() || !annotations->is_object()) return false;
  const auto end = annotations->find(kEndAnnotation);
  return end != annotations->end() && *end == "true";
}

std::unexpected<core::Error> no_event(std::string why) {
  return core::fail(core::ErrorKind::Invalid, "a line of a watch is no event: " + std::move(why));
}

}  // namespace

core::Result<WatchEvent> parse_watch_line(std::string_view line) {
  auto event = nlohmann::json::parse(line, nullptr, false);
  if (!event.is_object()) return no_event("not a JSON object");
  const auto type_name = event.find("type");
  const auto object = event.find("object");
  if (type_name == event.end() || !type_name->is_string()) return no_event("type is missing");
  if (object == event.end() || !object->is_object()) return no_event("object is missing");
  const auto& name = type_name->get_ref<const std::string&>();
  if (name == "ERROR") return std::unexpected(error_of_status(*object, 500, {}));
  const auto type = type_of(name);
  if (!type) return no_event(fmt::format("unknown type '{}'", name.substr(0, 32)));
  drop_managed_fields(*object);
  WatchEvent result;
  result.type = *type;
  result.ends_initial_events = *type == WatchEventType::Bookmark && ends_initial_events(*object);
  result.object = std::move(*object);
  return result;
}

}  // namespace guildhall::kube
