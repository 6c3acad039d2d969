#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "controllers/organization/signup_rules.hpp"
#include "operator/core/clock.hpp"
#include "operator/core/codec.hpp"
#include "operator/core/metrics.hpp"
#include "operator/core/seal.hpp"
#include "operator/informers.hpp"
#include "operator/kube/client.hpp"
#include "operator/records/signup.hpp"
#include "operator/signups_lease.hpp"

namespace guildhall {

/// Takes sign-ups. One write, the Organization with the sealed record of who signed up, is all that is made here: the
/// leader goes on with home and Member.
///
/// Guarantees: names are judged by what the API server says, not by caches; of sign-ups of one user at the same moment,
/// through whatever replicas, no more pass than the platform allows, as each is recorded in the SignupsLease by
/// compare-and-swap before it is made. A dry run writes nothing. Thread-safe.
class Signups {
 public:
  /// References outlive it.
  struct Surroundings {
    std::shared_ptr<kube::HttpTransport> transport;
    const Informers& informers;
    std::function<bool()> has_read_cluster;
    const core::Sealer& sealer;
    core::Codec codec;
    const core::Clock& clock;
    core::Metrics& metrics;
    std::string ns;  ///< the operator's own
    controllers::organization::ProtectedNamespaces protected_namespaces;
    controllers::organization::IdentityRules identity;
    controllers::organization::SignupLimits limits;
    std::stop_token stop;
  };

  explicit Signups(Surroundings surroundings);

  /// As records::SignupDesk has it.
  core::Result<records::SignupOutcome> take(const records::Signup& signup);

 private:
  core::Result<records::SignupOutcome> decide(const records::Signup& signup);
  /// Unset: another wrote the Lease in between.
  core::Result<std::optional<records::SignupOutcome>> try_once(const records::Signup& signup, SignupsLease& lease);
  core::Result<controllers::organization::SignupFacts> facts(const records::Signup& signup,
                                                             const PendingSignups& pending);
  core::Result<void> look_at_name(const std::string& name, controllers::organization::SignupFacts& facts);
  core::Result<std::size_t> count_others(const records::Signup& signup, const PendingSignups& pending);
  core::Result<void> make(const records::Signup& signup, const std::string& member);

  Surroundings at_;
  kube::Client client_;
  std::mutex mutex_;  ///< one at a time; others are to come again, as the threads that answer are few
};

}  // namespace guildhall
