#pragma once

#include <string>

#include "operator/core/error.hpp"

namespace guildhall::plugin {

/// A failure for a person, several lines: what happened, in the server's own words where it spoke, and what to do next.
/// `ns` is the namespace that the command worked in. What others wrote is made printable.
std::string explain(const core::Error& error, const std::string& ns);

/// The same for a cluster that could not be found out.
std::string explain_no_cluster(const core::Error& error);

/// kubectl's words when no kubeconfig says which cluster is meant.
std::string no_configuration();

}  // namespace guildhall::plugin
