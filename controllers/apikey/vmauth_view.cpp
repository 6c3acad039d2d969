#include "controllers/apikey/vmauth_view.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/apikey/names.hpp"
#include "controllers/apikey/secret_object.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::apikey {

namespace {

/// The text with the hash of each token in its place.
std::string shape_of_configuration(std::string_view text, const core::Codec& codec, std::vector<std::string>& hashes) {
  std::string shape;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with(kVmauthTokenLine)) {
      hashes.push_back(codec.sha256_hex(line.substr(kVmauthTokenLine.size())));
      shape.append(kVmauthTokenLine).append(placeholder(hashes.back())).append("\n");
    } else {
      shape.append(line).append("\n");
    }
  }
  return shape;
}

std::string shape_of(const nlohmann::json& data, const core::Codec& codec, std::vector<std::string>& hashes) {
  std::string shape;
  for (const auto& [name, value] : data.items()) {
    auto text = value.is_string() ? codec.from_base64(value.get_ref<const std::string&>())
                                  : core::Result<std::string>(std::string());
    if (!text) continue;
    if (name == kVmauthEntry) {
      shape += shape_of_configuration(*text, codec, hashes);
    } else {
      hashes.push_back(codec.sha256_hex(*text));
      shape.append(name).append(" ").append(placeholder(hashes.back())).append("\n");
    }
    explicit_bzero(text->data(), text->size());
  }
  return shape;
}

}  // namespace

bool VmauthView::lets_in(const std::string& hash) const {
  return std::ranges::binary_search(hashes, hash);
}

core::Result<VmauthView> parse_vmauth_view(const nlohmann::json& object, const core::Codec& codec) {
  auto meta = core::parse_object_meta(object.value("metadata", nlohmann::json{}));
  if (!meta) return core::fail("Secret", meta.error());
  const core::OwnerReference owner = core::controlling_owner(*meta);
  VmauthView view{.key = meta->key(),
                  .uid = meta->uid,
                  .resource_version = meta->resource_version,
                  .deleting = meta->is_deleting(),
                  .organization = owner.kind == "Organization" ? owner.name : "",
                  .owner_uid = owner.kind == "Organization" ? owner.uid : "",
                  .is_labelled = meta->label(kManagedByLabel) == kManagedByValue,
                  .shape = {},
                  .hashes = {}};
  const nlohmann::json data = object.value("data", nlohmann::json::object());
  view.shape = codec.sha256_hex(shape_of(data, codec, view.hashes));
  std::ranges::sort(view.hashes);
  return view;
}

}  // namespace guildhall::controllers::apikey
