#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/codec.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"

namespace guildhall::controllers::apikey {

/// The Secrets from which vmauth takes an Organization's tokens, in clear, as it knows no others: its configuration, or
/// an entry for each token, to which VMUsers refer.
inline constexpr const char* kVmauthSecretType = "guildhall.dev/vmauth";
inline constexpr const char* kVmauthEntry = "auth.yml";
/// What stands before the name of a user, "<ApiKey>/<token's id>" in quotes, and before its token.
inline constexpr std::string_view kVmauthUserLine = "- name: ";
inline constexpr std::string_view kVmauthTokenLine = "  bearer_token: ";

/// What is kept of such a Secret. No token.
struct VmauthView {
  core::ObjectKey key;
  std::string uid;
  std::string resource_version;
  bool deleting = false;
  std::string organization;         ///< the name of the owning Organization; empty: none owns it
  std::string owner_uid;            ///< its UID
  bool is_labelled = false;         ///< as managed by Guildhall
  std::string shape;                ///< digest of what it holds with the hash of each token in its place
  std::vector<std::string> hashes;  ///< of the tokens that it lets in; sorted
  /// The same by the ApiKey's name; of an entry each, whose names say nothing of it, by "".
  std::multimap<std::string, std::string> hashes_by_key;
  bool operator==(const VmauthView&) const = default;

  [[nodiscard]] bool lets_in(const std::string& hash) const;
};

/// For the informer: takes what is needed of the Secret and drops the rest. Errors: those of parse_object_meta().
core::Result<VmauthView> parse_vmauth_view(const nlohmann::json& object, const core::Codec& codec);

}  // namespace guildhall::controllers::apikey
