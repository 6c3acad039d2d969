#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "operator/core/clock.hpp"
#include "operator/core/plan.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/kube/client.hpp"
#include "operator/runtime/audit_trail.hpp"
#include "operator/runtime/reconciler.hpp"

namespace guildhall::runtime {

/// The reconciled object: what a Plan's finalizer, status and audit are about.
struct Subject {
  core::ResourceType type;
  core::ObjectKey key;
  std::string finalizer;
};

/// A write that the server took: what a cache must show before the object is reconciled again.
struct Write {
  core::ResourceType type;
  core::ObjectKey key;
  std::string resource_version;  ///< the object's version after the write; empty: it was deleted
  std::string gone_uid;          ///< of the deleted object
  bool operator==(const Write&) const = default;
};

/// What became of a plan.
struct Outcome {
  std::vector<Write> writes;
  std::vector<core::WriteFailure> failures;              ///< refused for a reason that a person may have to see
  std::optional<core::Error> transient;                  ///< the first failure that may pass by itself; observe again
  std::optional<std::chrono::milliseconds> retry_after;  ///< the longest that the server asked for
  std::vector<core::AuditNote> untold;                   ///< could not be written now: hand them in with the next plan

  [[nodiscard]] bool succeeded() const { return failures.empty() && !transient; }
};

/// Carries out plans: the only place that writes for reconcilers. The order and what a failure stops are Plan's
/// contract (core/plan.hpp).
///
/// Guarantees: every write to the reconciled object has the version that the plan saw as its precondition (or the one
/// that an earlier write of the same plan answered with), so a plan made from an old cache changes nothing; an object
/// is removed by UID only; nothing is sent for a plan that writes nothing; no failure is lost: it is in `failures` or
/// `transient`. A failed write to the reconciled object ends the plan. Thread-safe.
class Engine {
 public:
  Engine(kube::Client& client, AuditTrail& trail, const core::Clock& clock);

  Outcome execute(const Subject& subject, const Work& work, const std::stop_token& stop);

 private:
  class Execution;

  kube::Client& client_;
  AuditTrail& trail_;
  const core::Clock& clock_;
};

}  // namespace guildhall::runtime
