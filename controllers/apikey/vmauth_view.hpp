#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "controllers/apikey/owned_view.hpp"
#include "operator/core/codec.hpp"
#include "operator/core/result.hpp"

namespace guildhall::controllers::apikey {

/// A digest of what was written, without tokens.
inline constexpr const char* kShapeAnnotation = "guildhall.dev/shape";

/// What each ApiKey's users of a configuration of vmauth open, by its name, in a form that is only to be compared.
using Openings = std::map<std::string, std::string>;

/// What is kept of a Secret of kVmauthSecretType. No token. A configuration has no owner reference, as it outlasts its
/// Organization: a label and an annotation say whose it is.
struct VmauthView : OwnedView {
  std::string shape;          ///< digest of what it holds with the hash of each token in its place
  std::string written_shape;  ///< kShapeAnnotation: what it was when it was written
  bool is_immutable = false;
  bool has_owner_reference = false;
  bool lets_nobody_in = false;             ///< it is a configuration, holds kLetGoConfiguration, and nothing else
  std::vector<std::string> other_entries;  ///< of a configuration: what others have put beside it
  std::vector<std::string> hashes;         ///< of the tokens that it lets in; sorted
  /// The same by the ApiKey's name; of an entry each, whose names say nothing of it, by "".
  std::multimap<std::string, std::string> hashes_by_key;
  Openings openings;
  bool operator==(const VmauthView&) const = default;

  [[nodiscard]] bool lets_in(const std::string& hash) const;
  /// Whether it is other than it was written.
  [[nodiscard]] bool is_edited() const { return !written_shape.empty() && written_shape != shape; }
};

/// Of a Secret's `data`: what it holds, with the hash of each token in its place.
std::string vmauth_shape(const nlohmann::json& data, const core::Codec& codec);

/// Of a configuration, with tokens or with placeholders.
Openings openings_in(std::string_view configuration, const core::Codec& codec);

/// For the informer: takes what is needed of the Secret and drops the rest. Errors: those of parse_object_meta().
core::Result<VmauthView> parse_vmauth_view(const nlohmann::json& object, const core::Codec& codec);

}  // namespace guildhall::controllers::apikey
