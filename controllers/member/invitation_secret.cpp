#include "controllers/member/invitation_secret.hpp"

#include <string.h>  // NOLINT(modernize-deprecated-headers): explicit_bzero is not in <cstring>

#include <nlohmann/json.hpp>

#include "controllers/member/invitation_token.hpp"
#include "operator/api/apikey.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/well_known_names.hpp"

namespace guildhall::controllers::member {

namespace {

constexpr std::string_view kSuffix = "-invitation";
constexpr std::size_t kLongestName = 253;
constexpr const char* kPlaceholder = "{{link}}";

std::string hash_of_token(const nlohmann::json& object, const core::Codec& codec) {
  const nlohmann::json data = object.value("data", nlohmann::json::object());
  const auto entry = data.find(kLinkEntry);
  if (entry == data.end() || !entry->is_string()) return {};
  auto link = codec.from_base64(entry->get_ref<const std::string&>());
  if (!link) return {};
  const std::string_view token = token_of_link(*link);
  std::string hash = token.empty() ? std::string{} : codec.sha256_hex(token);
  explicit_bzero(link->data(), link->size());
  return hash;
}

}  // namespace

core::ObjectKey invitation_secret_key(const api::Member& member) {
  const core::ObjectMeta& meta = member.metadata;
  std::string name = meta.name + std::string(kSuffix);
  // No two Members may come to one name.
  if (name.size() > kLongestName)
    name = meta.name.substr(0, kLongestName - kSuffix.size() - meta.uid.size()) + meta.uid + std::string(kSuffix);
  return {meta.ns, std::move(name)};
}

std::string member_of_invitation_secret(const std::string& name) {
  return name.ends_with(kSuffix) ? name.substr(0, name.size() - kSuffix.size()) : std::string{};
}

core::Result<std::optional<ForeignSecret>> parse_foreign_secret(const nlohmann::json& object) {
  const std::string type = object.value("type", std::string{});
  if (type == kInvitationSecretType) return std::nullopt;
  if (type != core::kApiKeySecretType) return ForeignSecret{};
  const auto metadata = core::parse_object_meta(object.value("metadata", nlohmann::json::object()));
  if (!metadata) return std::unexpected(metadata.error());
  const core::OwnerReference owner = core::controlling_owner(*metadata);
  return ForeignSecret{.is_of_api_key = true,
                       .api_key = owner.kind == api::api_key_type().kind ? owner.name : std::string{}};
}

core::Result<InvitationSecretView> parse_invitation_secret(const nlohmann::json& object, const core::Codec& codec) {
  const auto metadata = core::parse_object_meta(object.value("metadata", nlohmann::json::object()));
  if (!metadata) return std::unexpected(metadata.error());
  const core::OwnerReference owner = core::controlling_owner(*metadata);
  const bool owned = owner.kind == api::member_type().kind;
  return InvitationSecretView{.key = metadata->key(),
                              .uid = metadata->uid,
                              .owner_uid = owned ? owner.uid : std::string{},
                              .owner_name = owned ? owner.name : std::string{},
                              .deleting = metadata->is_deleting(),
                              .token_hash = hash_of_token(object, codec)};
}

core::Apply write_invitation_secret(const api::Member& member) {
  const core::ObjectKey key = invitation_secret_key(member);
  nlohmann::json object = core::generated_head(core::types::secrets(), key, api::member_type(), member.metadata);
  object["type"] = kInvitationSecretType;
  object["stringData"] = {{kLinkEntry, kPlaceholder}};
  return {.type = core::types::secrets(),
          .key = key,
          .object = std::move(object),
          .resource_version = core::kOnlyIfAbsent,
          .holds_secret = true};
}

nlohmann::json fill_in_link(nlohmann::json secret, std::string_view link, const core::Codec& codec) {
  secret.erase("stringData");
  secret["data"] = {{kLinkEntry, codec.to_base64(link)}};
  return secret;
}

}  // namespace guildhall::controllers::member
