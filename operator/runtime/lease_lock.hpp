#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/core/clock.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"
#include "operator/runtime/clocks.hpp"

namespace guildhall::runtime {

/// controller-runtime's numbers. lease > renew_deadline > retry_period.
struct LeaseSettings {
  core::ObjectKey lease{"guildhall-system", "guildhall-operator"};
  std::string identity;  ///< of this run, unlike that of any other run (process_identity.hpp)
  std::chrono::milliseconds lease_duration{15'000};
  std::chrono::milliseconds renew_deadline{10'000};
  std::chrono::milliseconds retry_period{2'000};
  /// Whether the holder of that identity cannot be alive; its lease is then taken at once. Empty: never.
  std::function<bool(const std::string& holder)> previous_identity_is_dead;
};

/// How long this process may write. Shared by the lock, which renews it, and the guard of every write. Thread-safe.
class Tenure {
 public:
  Tenure(const SteadyClock& clock, std::chrono::milliseconds renew_deadline)
      : clock_(clock), renew_deadline_(renew_deadline) {}

  void renew(SteadyTime at);
  void end();
  /// Whether the last renewal is younger than the renew deadline.
  [[nodiscard]] bool valid() const;
  [[nodiscard]] SteadyTime deadline() const;

 private:
  const SteadyClock& clock_;
  std::chrono::milliseconds renew_deadline_;
  mutable std::mutex mutex_;
  std::optional<SteadyTime> renewed_at_;
};

/// One step at a time of leader election by a Lease, without threads. Source: client-go tools/leaderelection.
///
/// Guarantees: the Lease is written by compare-and-swap only; another's Lease is taken when it was given up, when its
/// holder is provably dead, or when it did not change for its duration, told by our own steady clock since we saw it
/// change (clocks of two machines are never compared). A renewal counts from before it was sent.
/// Not thread-safe.
class LeaseLock {
 public:
  /// `client` must have no write guard (it could never acquire), and short timeouts: see lease_client_options().
  LeaseLock(kube::Client& client, LeaseSettings settings, const core::Clock& clock, const SteadyClock& steady);

  /// Tries to acquire or renew. True: we hold it. False: another does. Errors: those of the requests; whether we hold
  /// it is then as before.
  core::Result<bool> attempt(const std::stop_token& stop);
  /// Gives the Lease up, so that another may take it at once. Does nothing when we do not hold it.
  core::Result<void> release(const std::stop_token& stop);

  /// When the Lease that another holds runs out. Meaningful after attempt() gave false.
  [[nodiscard]] SteadyTime expiry() const;
  /// Who held it when we last looked; empty: nobody.
  [[nodiscard]] std::string holder() const;
  [[nodiscard]] const std::shared_ptr<Tenure>& tenure() const { return tenure_; }

 private:
  core::Result<void> look(const std::stop_token& stop);
  core::Result<bool> create(SteadyTime begin, const std::stop_token& stop);
  core::Result<bool> swap(SteadyTime begin, const std::stop_token& stop);
  core::Result<bool> take_answer(const core::Result<nlohmann::json>& answer, SteadyTime begin);
  void observe(nlohmann::json object);
  [[nodiscard]] bool is_ours() const;
  [[nodiscard]] bool is_free() const;
  [[nodiscard]] nlohmann::json wanted_spec() const;
  [[nodiscard]] std::chrono::milliseconds duration() const;

  kube::Client& client_;
  LeaseSettings settings_;
  const core::Clock& clock_;
  const SteadyClock& steady_;
  std::shared_ptr<Tenure> tenure_;
  std::optional<nlohmann::json> object_;  ///< the Lease as we last saw it; unset: it must be read
  nlohmann::json observed_spec_;
  SteadyTime observed_at_;
};

/// Options of the client that a LeaseLock needs: no guard, one attempt a request, none longer than half the renew
/// deadline.
kube::ClientOptions lease_client_options(const LeaseSettings& settings);

}  // namespace guildhall::runtime
