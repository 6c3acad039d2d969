#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "controllers/enforcement/admittance.hpp"
#include "operator/gate/path_table.hpp"

namespace guildhall::controllers::enforcement {

/// What a Secret can hold, with room for its base64 form and the rest of the object (1.5 MiB is etcd's limit for one).
inline constexpr std::size_t kLongestConfiguration = 900'000;

/// A configuration of vmauth.
struct VmauthConfiguration {
  std::string text;          ///< YAML, with a placeholder where a token goes (apikey::placeholder())
  std::size_t left_out = 0;  ///< tokens for which there is no room
  bool operator==(const VmauthConfiguration&) const = default;
};

/// One user for each token that opens something, with the paths of each deployment behind its name: what is read at
/// /acme-prod.metrics/api/v1/query there goes to /api/v1/query here. What a client must not say itself (its key, the
/// tenant, whom the gate names) is taken away, and the tenant set where the deployment reads it from a header. The same
/// input always gives the same bytes, as vmauth takes in what has changed. Pure.
/// Source: VictoriaMetrics, "vmauth", auth config (v1.150).
VmauthConfiguration vmauth_configuration(const api::Organization& organization,
                                         const std::vector<AdmittedToken>& tokens, const gate::PathTable& paths);

}  // namespace guildhall::controllers::enforcement
