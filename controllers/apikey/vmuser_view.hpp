#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "controllers/apikey/owned_view.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"

namespace guildhall::controllers::apikey {

/// On a VMUser of ours: the hash of the token that it lets in.
inline constexpr const char* kTokenHashAnnotation = "guildhall.dev/token-hash";

/// The name of its ApiKey.
inline constexpr const char* kApiKeyAnnotation = "guildhall.dev/api-key";

/// vmusers.operator.victoriametrics.com.
const core::ResourceType& vmuser_type();

/// What is kept of a VMUser. It holds no token.
struct VmUserView : OwnedView {
  std::string token_hash;  ///< kTokenHashAnnotation
  std::string api_key;     ///< kApiKeyAnnotation
  nlohmann::json spec;
  std::int64_t generation = 0;
  std::int64_t observed_generation = 0;
  std::string update_status;  ///< "operational" when a VMAuth has taken it in
  std::string reason;         ///< why it is not, without whatever looks like a token
  bool operator==(const VmUserView&) const = default;

  /// Whether a VMAuth lets its token in, as the VictoriaMetrics operator says.
  [[nodiscard]] bool is_operational() const;
};

/// For the informer. Errors: those of parse_object_meta().
core::Result<VmUserView> parse_vmuser_view(const nlohmann::json& object);

}  // namespace guildhall::controllers::apikey
