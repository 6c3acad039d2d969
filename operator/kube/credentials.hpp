#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/core/result.hpp"
#include "operator/core/secret_text.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/kube/config.hpp"
#include "operator/kube/exec_plugin.hpp"

namespace guildhall::kube {

/// What one request, or one connection, authenticates with. Immutable.
struct Identity {
  std::string ca;           ///< PEM; empty: the system's authorities
  std::string certificate;  ///< PEM; empty: no client certificate
  core::SecretText key;     ///< PEM
  core::SecretText token;   ///< bearer token; empty: none
  /// Another number where the CA or the client certificate differ: connections of an older one are not used again.
  std::uint64_t tls_generation = 1;
  std::optional<core::Timestamp> expires;  ///< of what an exec plugin gave
};

/// Where time, files and plugins come from; tests bring their own.
struct CredentialSources {
  FileReader read = read_file;
  PluginRunner run_plugin = run_exec_plugin;
  std::function<std::chrono::steady_clock::time_point()> steady_now = std::chrono::steady_clock::now;
  std::function<core::Timestamp()> now = [] {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  };
};

/// Keeps the credentials of a ClusterConfig fresh: files are read again once a minute, an exec plugin runs again 10 s
/// before what it gave expires, and both at once after refused(). When that fails, the ones that stand are used until
/// the server refuses them. Thread-safe; one thread refreshes, the others wait for it.
class Credentials {
 public:
  explicit Credentials(ClusterConfig config, CredentialSources sources = {});

  /// Errors: Unauthorized, naming the file or the plugin; Canceled.
  core::Result<std::shared_ptr<const Identity>> current(const std::stop_token& stop);

  /// The server answered 401 to `refused`. True: there are other credentials now.
  bool renew(const std::shared_ptr<const Identity>& refused, const std::stop_token& stop);

  [[nodiscard]] const ClusterConfig& config() const { return config_; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  [[nodiscard]] bool is_fresh() const;
  /// Both run in the refreshing thread without the lock: they read what only that thread changes.
  [[nodiscard]] core::Result<std::shared_ptr<const Identity>> load(bool refused, const std::stop_token& stop) const;
  [[nodiscard]] core::Result<void> add_plugin(Identity& identity, bool refused, const std::stop_token& stop) const;
  void take(core::Result<std::shared_ptr<const Identity>> loaded);

  const ClusterConfig config_;
  const CredentialSources sources_;
  std::mutex mutex_;
  std::condition_variable_any refreshed_;
  bool refreshing_ = false;
  bool stale_ = false;  ///< the server refused what stands
  SteadyTime read_at_;
  std::shared_ptr<const Identity> identity_;
  std::optional<core::Error> failure_;  ///< of the last refresh
};

}  // namespace guildhall::kube
