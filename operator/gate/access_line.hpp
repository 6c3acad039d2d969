#pragma once

#include <string>

#include "operator/core/timestamp.hpp"
#include "operator/gate/decision.hpp"
#include "operator/gate/original_request.hpp"

namespace guildhall::gate {

/// One line of the gate's access log, a JSON object with a line feed: time, organization, deployment, method, path,
/// outcome, status, and of a key that is known its namespace and name. The query is left out, as it may hold anything;
/// the path is decoded, a part of it that is as long as a token's secret is "...", and it is cut at 1,024 bytes.
std::string access_line(core::Timestamp time, const OriginalRequest& request, const Decision& decision);

}  // namespace guildhall::gate
