#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>

#include "operator/core/object_meta.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"

namespace guildhall {

// What replicas agree on by annotations of a Lease, which each may read and write: compare-and-swap.

/// Unset: there is no such Lease.
core::Result<std::optional<core::ObjectMeta>> read_lease(kube::Client& client, const core::ObjectKey& key,
                                                         const std::stop_token& stop);

/// `metadata`: annotations, and owner references if any. `version`: of the Lease that is replaced; empty: there was
/// none. Unset: somebody else wrote it or made it in between, and it is to be read.
core::Result<std::optional<core::ObjectMeta>> write_lease(kube::Client& client, const core::ObjectKey& key,
                                                          const nlohmann::json& metadata, const std::string& version,
                                                          const std::stop_token& stop);

}  // namespace guildhall
