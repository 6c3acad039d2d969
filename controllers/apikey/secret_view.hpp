#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controllers/apikey/sealed_payload.hpp"
#include "operator/core/codec.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"

namespace guildhall::controllers::apikey {

using core::Codec;

/// What is kept of a Secret of type guildhall.dev/api-key. No token: only the digest of what stands in it.
struct SecretView {
  core::ObjectKey key;
  std::string uid;
  std::string resource_version;
  core::Timestamp created;
  bool deleting = false;
  bool immutable = false;  ///< set by hand: Guildhall never sets it, and could not rotate the token
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;  ///< without guildhall.dev/sealed and guildhall.dev/seal
  std::vector<std::string> owner_uids;             ///< of ApiKeys in its owner references
  std::string payload_text;                        ///< annotation guildhall.dev/sealed, as it stands
  std::string seal;
  std::string content_digest;  ///< of the entries that Guildhall writes
  std::string token_hash;      ///< SHA-256 of entry `token`; empty when there is none
  bool operator==(const SecretView&) const = default;

  [[nodiscard]] std::string_view owner_uid_annotation() const;
  /// Whether it points at that ApiKey by owner reference.
  [[nodiscard]] bool is_owned_by(std::string_view api_key_uid) const;
  /// Whether it points at that ApiKey by owner reference or, as a copy, by annotation.
  [[nodiscard]] bool belongs_to(std::string_view api_key_uid) const;
};

/// For the informer: takes what is needed of the Secret and drops the rest.
core::Result<SecretView> parse_secret_view(const nlohmann::json& object, const Codec& codec);

/// The digest of the entries of `data` (base64, as in the object) whose names Guildhall uses. Others are not ours to
/// judge.
std::string content_digest(const nlohmann::json& data, const Codec& codec);

}  // namespace guildhall::controllers::apikey
