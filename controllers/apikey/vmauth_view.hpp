#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "controllers/apikey/owned_view.hpp"
#include "operator/core/codec.hpp"
#include "operator/core/result.hpp"

namespace guildhall::controllers::apikey {

/// What is kept of a Secret of kVmauthSecretType. No token.
struct VmauthView : OwnedView {
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
