#include "controllers/apikey/vmauth_view.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/apikey/secret_object.hpp"
#include "controllers/apikey/vmauth_text.hpp"
#include "controllers/organization/claim.hpp"
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
      const std::string_view line = take_line(text);
      if (line.starts_with(kVmauthUserLine)) key = key_of(line.substr(kVmauthUserLine.size()));
      if (const auto token = token_in(line)) {
        shape_.append(kVmauthTokenLine).append(placeholder(take(*token, key)));
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

std::string vmauth_shape(const nlohmann::json& data, const core::Codec& codec) {
  VmauthView view;
  Reader reader(codec, view);
  read_entries(data, codec,
               [&reader](const std::string& name, std::string_view text) { reader.read_entry(name, text); });
  return codec.sha256_hex(reader.shape());
}

core::Result<VmauthView> parse_vmauth_view(const nlohmann::json& object, const core::Codec& codec) {
  auto meta = core::parse_object_meta(object.value("metadata", nlohmann::json{}));
  if (!meta) return core::fail("Secret", meta.error());
  VmauthView view;
  static_cast<OwnedView&>(view) = owned_view_of(*meta);
  const bool is_configuration = meta->name != kVmUsersSecret;
  view.has_owner_reference = !meta->owner_references.empty();
  if (const auto name = meta->label(organization::kOrganizationLabel);
      is_configuration && view.organization.empty() && !name.empty()) {
    view.organization = name;
    view.owner_uid = meta->annotation(organization::kOrganizationUidAnnotation);
  }
  view.is_marked = true;
  view.written_shape = meta->annotation(kShapeAnnotation);
  view.is_immutable = object.value("immutable", false);
  Reader reader(codec, view);
  read_entries(object.value("data", nlohmann::json::object()), codec,
               [&](const std::string& name, std::string_view text) {
                 reader.read_entry(name, text);
                 if (!is_configuration) return;
                 if (name != kVmauthEntry) view.other_entries.push_back(name);
                 if (name == kVmauthEntry) view.lets_nobody_in = text == kLetGoConfiguration;
               });
  view.lets_nobody_in = view.lets_nobody_in && view.other_entries.empty();
  view.shape = codec.sha256_hex(reader.shape());
  std::ranges::sort(view.hashes);
  return view;
}

}  // namespace guildhall::controllers::apikey
