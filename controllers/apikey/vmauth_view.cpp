#include "controllers/apikey/vmauth_view.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/apikey/secret_object.hpp"
#include "controllers/apikey/vmauth_text.hpp"
#include "controllers/organization/claim.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::apikey {

namespace {

/// Makes out what each user of a configuration opens. A route stands in full where it is first needed, with an anchor
/// ("  - &r0", then lines that are further in), and is referred to where it is needed again ("  - *r0").
class OpeningsReader {
 public:
  explicit OpeningsReader(const core::Codec& codec) : codec_(codec) {}

  void begin_user(const std::string& key) {
    end_user();
    key_ = key;
  }
  void read_line(std::string_view line) {
    if (!anchor_.empty() && line.starts_with("    ")) {
      route_.append(line).append("\n");
      return;
    }
    end_route();
    if (line.starts_with(kAnchor)) {
      anchor_ = line.substr(kAnchor.size());
    } else if (const auto known = routes_.find(name_in(line)); known != routes_.end()) {
      opens_ += known->second;
    } else {
      opens_.append(line).append("\n");
    }
  }
  [[nodiscard]] Openings take() {
    end_user();
    return std::move(openings_);
  }

 private:
  static constexpr std::string_view kAnchor = "  - &";
  static constexpr std::string_view kReference = "  - *";

  static std::string name_in(std::string_view line) {
    return line.starts_with(kReference) ? std::string(line.substr(kReference.size())) : std::string();
  }
  void end_route() {
    if (anchor_.empty()) return;
    std::string& digest = routes_[anchor_];
    digest = codec_.sha256_hex(route_);
    opens_ += digest;
    anchor_.clear();
    route_.clear();
  }
  void end_user() {
    end_route();
    if (!key_.empty()) openings_[key_] += codec_.sha256_hex(opens_);
    opens_.clear();
  }

  const core::Codec& codec_;
  std::map<std::string, std::string> routes_;  ///< digests by anchor
  std::string anchor_;                         ///< of the route that is being read; empty: none is
  std::string route_;
  std::string key_;  ///< of the user that is being read; empty: none is
  std::string opens_;
  Openings openings_;
};

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
    OpeningsReader openings(codec_);
    while (!text.empty()) {
      const std::string_view line = take_line(text);
      const bool begins_user = line.starts_with(kVmauthUserLine);
      if (begins_user) {
        key = key_of(line.substr(kVmauthUserLine.size()));
        openings.begin_user(key);
      }
      if (const auto token = token_in(line)) {
        shape_.append(kVmauthTokenLine).append(placeholder(take(*token, key)));
      } else {
        if (!begins_user) openings.read_line(line);
        shape_.append(line);
      }
      shape_ += '\n';
    }
    view_.openings = openings.take();
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

Openings openings_in(std::string_view configuration, const core::Codec& codec) {
  VmauthView view;
  Reader(codec, view).read_entry(kVmauthEntry, configuration);
  return std::move(view.openings);
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
