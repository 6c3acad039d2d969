#pragma once

#include <chrono>
#include <string>

namespace CLI {
class App;
}

namespace guildhall {

/// Declares a flag for a duration as Go writes them, which Kubernetes users know: 15s, 500ms, 1m30s. `value` is its
/// default, and outlives the parsing. Source: core::parse_go_duration.
void add_duration(CLI::App& app, const std::string& flag, std::chrono::milliseconds& value, const std::string& help);

}  // namespace guildhall
