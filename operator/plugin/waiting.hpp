#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>

#include "operator/plugin/session.hpp"

namespace guildhall::plugin {

/// Watches a Member until is_settled(), or until the time is over: then what was seen last. Errors: NotFound, when it
/// is deleted meanwhile; those of kube::Client.
core::Result<nlohmann::json> wait_until_settled(Session& session, const core::ObjectKey& key,
                                                std::chrono::milliseconds limit);

}  // namespace guildhall::plugin
