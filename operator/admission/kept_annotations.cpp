#include "operator/admission/kept_annotations.hpp"

#include <nlohmann/json.hpp>

#include "operator/admission/changes.hpp"

namespace guildhall::admission {

namespace {

using nlohmann::json;

const json::json_pointer kAnnotations("/metadata/annotations");

json annotations_of(const json& object) {
  const bool has_some = object.is_object() && object.contains(kAnnotations) && object.at(kAnnotations).is_object();
  return has_some ? object.at(kAnnotations) : json::object();
}

}  // namespace

json kept_annotations(const Review& review, std::span<const std::string_view> names) {
  json patch = json::array();
  const json before = annotations_of(review.old_object);
  const json after = annotations_of(review.object);
  const bool is_from_a_file = before.contains(kChangesAnnotation) && !after.contains(kChangesAnnotation);
  if (!is_from_a_file) return patch;
  for (const std::string_view name : names) {
    if (!before.contains(name) || after.contains(name)) continue;
    if (patch.empty() && after.empty())
      patch.push_back({{"op", "add"}, {"path", kAnnotations.to_string()}, {"value", json::object()}});
    patch.push_back(
        {{"op", "add"}, {"path", (kAnnotations / std::string(name)).to_string()}, {"value", before.at(name)}});
  }
  return patch;
}

}  // namespace guildhall::admission
