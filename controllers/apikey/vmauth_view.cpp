#include "controllers/apikey/vmauth_view.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/apikey/names.hpp"
#include "controllers/apikey/secret_object.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::apikey {

namespace {

/// Reads what a Secret holds, and keeps no token.
class Reader {
 public:
  Reader(const core::Codec& codec, VmauthView& view) : codec_(codec), view_(view) {}

  void read_entry(const std::string& name, std::string_view text) {
    if (name == kVmauthEntry) return read_configuration(text);
    shape_.append(name).append(" ").append(placeholder(take(text, ""))).append("\n");
  }
  [[nodiscard]] const std::string& shape() const { return shape_; }

 private:
  /// The token's hash.
  std::string take(std::string_view token, const std::string& key) {
    std::string hash = codec_.sha256_hex(token);
    view_.hashes.push_back(hash);
    view_.hashes_by_key.emplace(key, hash);
    return hash;
  }

  void read_configuration(std::string_view text) {
    std::string key;
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (line.starts_with(kVmauthUserLine)) key = key_of(line.substr(kVmauthUserLine.size()));
      if (line.starts_with(kVmauthTokenLine)) {
        shape_.append(kVmauthTokenLine).append(placeholder(take(line.substr(kVmauthTokenLine.size()), key)));
      } else {
        shape_.append(line);
      }
      shape_ += '\n';
    }
  }

  static std::string key_of(std::string_view user) {
    if (user.starts_with('"')) user.remove_prefix(1);
    return std::string(user.substr(0, user.find('/')));
  }

  const core::Codec& codec_;
  VmauthView& view_;
  std::string shape_;
};

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
                  .hashes = {},
                  .hashes_by_key = {}};
  Reader reader(codec, view);
  const nlohmann::json data = object.value("data", nlohmann::json::object());
  for (const auto& [name, value] : data.items()) {
    auto text = value.is_string() ? codec.from_base64(value.get_ref<const std::string&>())
                                  : core::Result<std::string>(std::string());
    if (!text) continue;
    reader.read_entry(name, *text);
    explicit_bzero(text->data(), text->size());
  }
  view.shape = codec.sha256_hex(reader.shape());
  std::ranges::sort(view.hashes);
  return view;
}

}  // namespace guildhall::controllers::apikey
