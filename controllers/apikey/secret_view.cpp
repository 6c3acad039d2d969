#include "controllers/apikey/secret_view.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "controllers/apikey/names.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::apikey {
namespace {

constexpr std::array<const char*, 8> kEntries{kTokenEntry,    kPreviousTokenEntry,       kKeyIdEntry, kHeaderEntry,
                                              "vmagent.yaml", "grafana-datasource.yaml", "curl.conf", "guildhall.env"};

std::string hash_of_token(const nlohmann::json& data, const Codec& codec) {
  const auto entry = data.find(kTokenEntry);
  if (entry == data.end() || !entry->is_string()) return {};
  auto token = codec.from_base64(entry->get_ref<const std::string&>());
  if (!token) return {};
  std::string hash = codec.sha256_hex(*token);
  explicit_bzero(token->data(), token->size());
  return hash;
}

std::string take(std::map<std::string, std::string>& from, const char* name) {
  auto node = from.extract(name);
  return node.empty() ? std::string{} : std::move(node.mapped());
}

}  // namespace

std::string_view SecretView::owner_uid_annotation() const {
  const auto found = annotations.find(kOwnerUidAnnotation);
  return found == annotations.end() ? std::string_view{} : std::string_view{found->second};
}

bool SecretView::is_owned_by(std::string_view api_key_uid) const {
  return std::find(owner_uids.begin(), owner_uids.end(), api_key_uid) != owner_uids.end();
}

bool SecretView::belongs_to(std::string_view api_key_uid) const {
  if (api_key_uid.empty()) return false;
  return owner_uid_annotation() == api_key_uid || is_owned_by(api_key_uid);
}

std::string content_digest(const nlohmann::json& data, const Codec& codec) {
  std::string text;
  for (const char* name : kEntries) {
    const auto entry = data.find(name);
    if (entry == data.end() || !entry->is_string()) continue;
    // base64 has no line feed, so the framing is unambiguous.
    text.append(name).append("\n").append(entry->get_ref<const std::string&>()).append("\n");
  }
  std::string hash = codec.sha256_hex(text);
  explicit_bzero(text.data(), text.size());
  return hash;
}

core::Result<SecretView> parse_secret_view(const nlohmann::json& object, const Codec& codec) {
  auto meta = core::parse_object_meta(object.value("metadata", nlohmann::json{}));
  if (!meta) return core::fail("Secret", meta.error());
  const nlohmann::json data = object.value("data", nlohmann::json::object());
  SecretView view{.key = meta->key(),
                  .uid = std::move(meta->uid),
                  .resource_version = std::move(meta->resource_version),
                  .created = meta->creation_timestamp,
                  .deleting = meta->deletion_timestamp.has_value(),
                  .immutable = object.value("immutable", nlohmann::json()) == true,
                  .labels = std::move(meta->labels),
                  .annotations = std::move(meta->annotations),
                  .owner_uids = {},
                  .payload_text = {},
                  .seal = {},
                  .content_digest = content_digest(data, codec),
                  .token_hash = hash_of_token(data, codec)};
  view.payload_text = take(view.annotations, kPayloadAnnotation);
  view.seal = take(view.annotations, kSealAnnotation);
  for (auto& owner : meta->owner_references) {
    if (owner.kind == "ApiKey" && owner.api_version.starts_with("guildhall.dev/"))
      view.owner_uids.push_back(std::move(owner.uid));
  }
  return view;
}

}  // namespace guildhall::controllers::apikey
