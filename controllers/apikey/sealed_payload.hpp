#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::apikey {

/// A token as it may be spoken of: everything but the token.
struct TokenFacts {
  std::string id;
  std::string hash;  ///< hex SHA-256 of the whole token
  core::Timestamp issued_at;
  std::optional<core::Timestamp> expires_at;  ///< unset: never
  bool operator==(const TokenFacts&) const = default;
};

/// What stands in annotation guildhall.dev/sealed of an ApiKey's Secret: all that its entries are made from, and whose
/// it is. Bound to organization, home, name and key ids, never to a UID: a restore changes those.
struct SealedPayload {
  std::string organization;
  std::string api_key;  ///< "<home namespace>/<name of the ApiKey>"
  std::string ns;       ///< where this Secret is
  std::string name;     ///< of this Secret
  std::string owner;    ///< the owner's email, fixed at issue; empty: the organization's key
  TokenFacts token;
  std::optional<TokenFacts> previous;
  std::vector<std::string> formats;                ///< sorted
  std::vector<std::string> urls;                   ///< where clients read, for the formats that name it; sorted
  std::vector<std::string> write_urls;             ///< likewise, where they write
  std::map<std::string, std::string> labels;       ///< of spec.secret; here so that one that was dropped is noticed
  std::map<std::string, std::string> annotations;  ///< of spec.secret, likewise
  bool operator==(const SealedPayload&) const = default;
};

/// Canonical JSON: sorted members, no spaces. Equal payloads give equal text.
std::string to_text(const SealedPayload& payload);

/// Errors: Invalid for anything that to_text would not have written.
core::Result<SealedPayload> parse_sealed_payload(std::string_view text);

/// What the seal is made over: the payload and the digest of the entries that it describes.
std::string canonical_form(std::string_view payload_text, std::string_view content_digest);

}  // namespace guildhall::controllers::apikey
