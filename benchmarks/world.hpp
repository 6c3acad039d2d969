// A control plane of its own with Guildhall on it, and the clients that the drivers use: the operator's own
// kube::Client.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "operator/core/metrics.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"
#include "tests/cluster/control_plane.hpp"
#include "tests/cluster/operator_process.hpp"

namespace guildhall::benchmarks {

/// A driver cannot go on after a failure: it says what failed and ends.
template <class T>
T expect(core::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().describe());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// Says what is under way, on standard error.
void progress(const std::string& text);

/// After what has just happened, until memory is looked at.
inline constexpr std::chrono::seconds kSettle{5};

/// So many keys are in one Organization; the number of Organizations follows.
inline constexpr std::size_t kKeysPerOrganization = 100;

/// Where the `index`th ApiKey is: "org-0012/key-01234".
core::ObjectKey api_key_at(std::size_t index);

class World {
 public:
  /// Starts the control plane and installs Guildhall; the operator does not run yet.
  World();

  /// The superuser's client, and one with the operator's ServiceAccount.
  [[nodiscard]] kube::Client& admin() { return *admin_; }
  [[nodiscard]] kube::Client& operator_account() { return *operator_account_; }
  /// A client of a new user.
  [[nodiscard]] std::unique_ptr<kube::Client> user(const std::string& name);
  [[nodiscard]] tests::cluster::Kubectl kubectl() const { return control_plane_.kubectl(); }
  /// Where its operators keep the log.
  [[nodiscard]] std::filesystem::path store() const { return operator_kubeconfig_.parent_path() / "store/records.db"; }
  /// The text of the API server's /metrics.
  [[nodiscard]] std::string api_server_metrics();

  /// A new process of the operator, ready.
  [[nodiscard]] std::unique_ptr<tests::cluster::OperatorProcess> start_operator(
      const std::vector<std::string>& flags = {});
  /// The same without waiting for it.
  [[nodiscard]] std::unique_ptr<tests::cluster::OperatorProcess> launch_operator(
      const std::vector<std::string>& flags = {});
  /// One beside it, with a log of its own and default flags. Does not wait for it.
  [[nodiscard]] std::unique_ptr<tests::cluster::OperatorProcess> launch_standby();

  /// A gate as a process of its own, with the gate's ServiceAccount, ready.
  [[nodiscard]] std::unique_ptr<tests::cluster::OperatorProcess> start_gate();

  /// Of the gate's ServiceAccount.
  [[nodiscard]] std::filesystem::path gate_kubeconfig() const;

  /// Throws std::runtime_error when it takes too long.
  void wait_until_ready(const std::string& organization);
  /// A Service in that namespace that makes the deployment "metrics"; waits until its Organization lists it.
  void make_deployment(const std::string& home);
  /// The token in the Secret of an ApiKey that is Ready.
  [[nodiscard]] std::string token_of(const core::ObjectKey& api_key);

  /// Makes as many Organizations as `keys` ApiKeys need, and waits until they are Ready. An operator must run.
  void make_organizations(std::size_t keys);
  /// Makes their home namespaces alone, where no operator is to run.
  void make_namespaces(std::size_t keys);
  /// Applies ApiKeys 0 to `count` - 1, as fast as the server takes them.
  void apply_api_keys(std::size_t count);
  /// Applies one, and returns the server's answer.
  nlohmann::json apply_api_key(std::size_t index);

 private:
  tests::cluster::ControlPlane control_plane_;
  std::filesystem::path operator_kubeconfig_;
  core::NoMetrics no_metrics_;
  std::shared_ptr<kube::HttpTransport> admin_transport_;
  std::unique_ptr<kube::Client> admin_;
  std::unique_ptr<kube::Client> operator_account_;
};

/// Calls `act` with 0 to `count` - 1 in `threads` threads. Throws what one of them threw, when all have ended.
void in_parallel(std::size_t count, std::size_t threads, const std::function<void(std::size_t index)>& act);

/// Ends it by SIGTERM, so that it gives its Lease back.
void end(tests::cluster::OperatorProcess& process);

/// Waits until the operator has written nothing for `quiet`. Returns what it wrote in all by then.
double wait_until_quiet(const tests::cluster::OperatorProcess& process, std::chrono::seconds quiet);

}  // namespace guildhall::benchmarks
