#pragma once

#include <CLI/CLI.hpp>

#include "operator/plugin/invocation.hpp"

namespace guildhall::plugin {

/// Adds the commands about the log: audit list, export, tail.
void add_audit(CLI::App& app, Invocation& to);

}  // namespace guildhall::plugin
