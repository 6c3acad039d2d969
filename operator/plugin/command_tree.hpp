#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "operator/plugin/invocation.hpp"

namespace guildhall::plugin {

/// The tree of commands; parsing it fills in the Invocation that it was made with, which must outlive it.
std::unique_ptr<CLI::App> make_command_tree(Invocation& invocation);

}  // namespace guildhall::plugin
