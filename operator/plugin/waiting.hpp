#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "operator/plugin/member_view.hpp"
#include "operator/plugin/session.hpp"

namespace guildhall::plugin {

/// Watches a Member until it is as wanted, or until the time is over: then what was seen last. Errors: NotFound, when
/// it is deleted meanwhile; those of kube::Client.
using Wanted = std::function<bool(const MemberView& member)>;
core::Result<nlohmann::json> wait_until(Session& session, const core::ObjectKey& key, std::chrono::milliseconds limit,
                                        const Wanted& wanted);

}  // namespace guildhall::plugin
