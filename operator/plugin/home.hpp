#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "operator/core/result.hpp"

namespace guildhall::plugin {

/// The Organization that has claimed a Namespace; empty: none has.
std::string organization_of(const nlohmann::json& ns);

/// Whether a Member that is made in that Namespace would be one. A Namespace that asks for enrolment counts as a home.
/// `organization` is the one that has claimed it, or null when it cannot be read. Errors: Invalid, with where to go.
core::Result<void> check_home(const nlohmann::json& ns, const nlohmann::json& organization);

}  // namespace guildhall::plugin
