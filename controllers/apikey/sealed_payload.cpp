#include "controllers/apikey/sealed_payload.hpp"

#include <nlohmann/json.hpp>

#include "operator/core/shallow_json.hpp"

namespace guildhall::controllers::apikey {
namespace {

using nlohmann::json;

json token_json(const TokenFacts& token) {
  json object{{"id", token.id}, {"hash", token.hash}, {"issuedAt", core::format_timestamp(token.issued_at)}};
  if (token.expires_at) object["expiresAt"] = core::format_timestamp(*token.expires_at);
  return object;
}

TokenFacts token_of(const json& object) {
  TokenFacts token{.id = object.at("id"), .hash = object.at("hash"), .issued_at = {}, .expires_at = {}};
  token.issued_at = core::parse_timestamp(object.at("issuedAt").get_ref<const std::string&>()).value();
  if (object.contains("expiresAt"))
    token.expires_at = core::parse_timestamp(object.at("expiresAt").get_ref<const std::string&>()).value();
  return token;
}

SealedPayload payload_of(const json& object) {
  SealedPayload payload{.organization = object.at("organization"),
                        .api_key = object.at("apiKey"),
                        .ns = object.at("namespace"),
                        .name = object.at("name"),
                        .owner = object.at("owner"),
                        .token = token_of(object.at("token")),
                        .previous = {},
                        .formats = object.at("formats"),
                        .urls = object.at("urls"),
                        .write_urls = object.value("writeUrls", std::vector<std::string>{}),
                        .labels = object.at("labels"),
                        .annotations = object.at("annotations")};
  if (object.contains("previous")) payload.previous = token_of(object.at("previous"));
  return payload;
}

}  // namespace

std::string to_text(const SealedPayload& payload) {
  json object{{"organization", payload.organization},
              {"apiKey", payload.api_key},
              {"namespace", payload.ns},
              {"name", payload.name},
              {"owner", payload.owner},
              {"token", token_json(payload.token)},
              {"formats", payload.formats},
              {"urls", payload.urls},
              {"labels", payload.labels},
              {"annotations", payload.annotations}};
  if (payload.previous) object["previous"] = token_json(*payload.previous);
  // Absent in Secrets that an earlier version sealed.
  if (!payload.write_urls.empty()) object["writeUrls"] = payload.write_urls;
  return object.dump();
}

core::Result<SealedPayload> parse_sealed_payload(std::string_view text) {
  const auto refused = core::fail(core::ErrorKind::Invalid, "the sealed payload is not one that Guildhall wrote");
  try {
    SealedPayload payload = payload_of(core::parse_shallow_json(text));
    if (to_text(payload) != text) return refused;
    return payload;
  } catch (const std::exception&) {  // json's and bad_expected_access alike: it is not ours
    return refused;
  }
}

std::string canonical_form(std::string_view payload_text, std::string_view content_digest) {
  return std::string(content_digest) + "\n" + std::string(payload_text);
}

}  // namespace guildhall::controllers::apikey
