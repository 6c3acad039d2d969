#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"
#include "operator/core/secret_text.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/kube/config.hpp"

namespace guildhall::kube {

/// What a credential plugin gave.
struct ExecCredential {
  core::SecretText token;
  std::string certificate;  ///< PEM; empty: none
  core::SecretText key;
  std::optional<core::Timestamp> expires;
};

/// The value of KUBERNETES_EXEC_INFO; it tells the plugin of the cluster only where provideClusterInfo is set.
std::string exec_info(const ExecPlugin& plugin, const ClusterConfig& config, std::string_view ca);

/// Reads the ExecCredential that a plugin printed. Errors: Invalid, naming the field, never quoting the text.
core::Result<ExecCredential> parse_exec_credential(std::string_view output, const ExecPlugin& plugin);

/// Runs a plugin and reads what it prints. Without a shell and with nothing secret in its arguments; its standard error
/// is ours, its standard input is empty, it gets none of our files, and at most a minute. Errors: NotFound (no such
/// command), Invalid (exit code, output), Timeout, Canceled.
core::Result<ExecCredential> run_exec_plugin(const ExecPlugin& plugin, const std::string& info,
                                             const std::stop_token& stop);

using PluginRunner = std::function<core::Result<ExecCredential>(const ExecPlugin& plugin, const std::string& info,
                                                                const std::stop_token& stop)>;

}  // namespace guildhall::kube
