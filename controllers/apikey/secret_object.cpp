#include "controllers/apikey/secret_object.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/apikey/client_urls.hpp"
#include "controllers/apikey/deployments.hpp"
#include "controllers/apikey/names.hpp"
#include "controllers/apikey/secret_formats.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::apikey {
namespace {

using nlohmann::json;

constexpr std::string_view kOpen = "{{token:";
constexpr std::string_view kClose = "}}";
constexpr std::size_t kHashLength = 64;

bool is_copy(const Observed& seen, const SealedPayload& payload) {
  return payload.ns != seen.key.metadata.ns;
}

std::map<std::string, std::string> wanted_labels(const SealedPayload& payload) {
  std::map<std::string, std::string> labels = payload.labels;
  labels[kManagedByLabel] = kManagedByValue;
  return labels;
}

std::map<std::string, std::string> wanted_annotations(const Observed& seen, const SealedPayload& payload) {
  std::map<std::string, std::string> annotations = payload.annotations;
  if (is_copy(seen, payload)) annotations[kOwnerUidAnnotation] = seen.key.metadata.uid;
  return annotations;
}

bool contains_all(const std::map<std::string, std::string>& standing,
                  const std::map<std::string, std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& entry) {
    const auto found = standing.find(entry.first);
    return found != standing.end() && found->second == entry.second;
  });
}

json owner_references(const Observed& seen) {
  return json::array({{{"apiVersion", api::api_key_type().api_version()},
                       {"kind", api::api_key_type().kind},
                       {"name", seen.key.metadata.name},
                       {"uid", seen.key.metadata.uid},
                       {"controller", true}}});
}

std::vector<std::string> wanted_formats(const api::ApiKeySpec& spec) {
  std::vector<std::string> formats;
  if (!spec.secret) return formats;
  for (const auto& format : spec.secret->formats)
    formats.emplace_back(api::to_string(format));
  std::sort(formats.begin(), formats.end());
  return formats;
}

/// Puts the tokens where their placeholders stand.
core::Result<std::string> fill_in_text(const std::string& text, const TokenSource& tokens) {
  std::string filled;
  std::size_t from = 0;
  for (std::size_t open = text.find(kOpen); open != std::string::npos; open = text.find(kOpen, from)) {
    const std::size_t hash_at = open + kOpen.size();
    if (text.compare(hash_at + kHashLength, kClose.size(), kClose) != 0) break;
    auto token = tokens(text.substr(hash_at, kHashLength));
    if (!token) return std::unexpected(token.error());
    filled.append(text, from, open - from).append(token->reveal());
    from = hash_at + kHashLength + kClose.size();
  }
  filled.append(text, from, std::string::npos);
  return filled;
}

}  // namespace

std::string placeholder(std::string_view hash) {
  return std::string(kOpen).append(hash).append(kClose);
}

SealedPayload wanted_payload(const Observed& seen, const Draft& draft, const core::ObjectKey& at) {
  SealedPayload payload{.organization = seen.organization_name,
                        .api_key = seen.key.metadata.key().to_string(),
                        .ns = at.ns,
                        .name = at.name,
                        .owner = draft.owner_email,
                        .token = *draft.token,
                        .previous = draft.previous,
                        .formats = wanted_formats(seen.key.spec),
                        .urls = {},
                        .write_urls = {},
                        .labels = {},
                        .annotations = {}};
  if (!payload.formats.empty()) {
    ClientUrls urls = client_urls(match_deployments(seen).opened, seen.organization->tenant);
    payload.urls = std::move(urls.read);
    payload.write_urls = std::move(urls.write);
  }
  if (seen.key.spec.secret) {
    payload.labels = seen.key.spec.secret->labels;
    payload.annotations = seen.key.spec.secret->annotations;
  }
  return payload;
}

json wanted_secret(const Observed& seen, const SealedPayload& payload) {
  json secret = core::object_head(core::types::secrets(), {payload.ns, payload.name});
  json& metadata = secret["metadata"];
  metadata["labels"] = wanted_labels(payload);
  metadata["annotations"] = wanted_annotations(seen, payload);
  metadata["annotations"][kPayloadAnnotation] = to_text(payload);
  if (!is_copy(seen, payload)) metadata["ownerReferences"] = owner_references(seen);
  secret["type"] = kSecretType;
  secret["stringData"] = secret_entries(payload, placeholder(payload.token.hash),
                                        payload.previous ? placeholder(payload.previous->hash) : std::string{});
  return secret;
}

bool is_up_to_date(const Observed& seen, const SeenSecret& secret, const SealedPayload& payload) {
  return secret.payload == payload && carries_metadata(seen, secret, payload);
}

bool carries_metadata(const Observed& seen, const SeenSecret& secret, const SealedPayload& payload) {
  return contains_all(secret.view.labels, wanted_labels(payload)) &&
         contains_all(secret.view.annotations, wanted_annotations(seen, payload)) &&
         secret.view.belongs_to(seen.key.metadata.uid);
}

core::Result<json> fill_in_secret(json secret, const TokenSource& tokens, const Codec& codec,
                                  const SealFunction& seal) {
  json& data = secret["data"] = json::object();
  for (const auto& [name, text] : secret["stringData"].items()) {
    auto filled = fill_in_text(text.get_ref<const std::string&>(), tokens);
    if (!filled) return std::unexpected(filled.error());
    data[name] = codec.to_base64(*filled);
    explicit_bzero(filled->data(), filled->size());
  }
  secret.erase("stringData");
  json& annotations = secret["metadata"]["annotations"];
  auto sealed = seal(canonical_form(annotations[kPayloadAnnotation].get_ref<const std::string&>(),
                                    content_digest(secret["data"], codec)));
  if (!sealed) return std::unexpected(sealed.error());
  annotations[kSealAnnotation] = *sealed;
  return secret;
}

}  // namespace guildhall::controllers::apikey
