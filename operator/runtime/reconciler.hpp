#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/plan.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::runtime {

/// The object that is reconciled, as the cache had it when the plan was made.
struct Primary {
  std::string uid;
  std::string resource_version;         ///< the precondition of every write to it
  std::vector<std::string> finalizers;  ///< as they stand
};

/// Fills the placeholders of an Apply with holds_secret just before it is written. Errors: as of a write; Conflict when
/// the secret that the plan counted on is no longer there (observe again).
using FillIn = std::function<core::Result<nlohmann::json>(const core::Apply& apply)>;

/// What one look at an object came to.
struct Work {
  std::optional<Primary> primary;  ///< unset: the object is gone (the plan may still remove what it left)
  core::Plan plan;
  FillIn fill_in;  ///< may be empty when no apply holds a secret
  /// What stands noted on the object (who changed it; what an earlier plan did), told before or not.
  std::vector<core::AuditNote> noted = {};  // NOLINT(readability-redundant-member-init)
};

/// One kind's reconciler: gathers from caches, plans, and hands the plan to the engine. It does no writes itself.
/// Thread-safe: called from several workers, never for the same key at once.
class Reconciler {
 public:
  Reconciler() = default;
  Reconciler(const Reconciler&) = delete;
  Reconciler& operator=(const Reconciler&) = delete;
  virtual ~Reconciler() = default;

  /// The controller's name in metrics and logs: "apikey".
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual const core::ResourceType& type() const = 0;
  /// Guildhall's finalizer on this kind: "guildhall.dev/apikey".
  [[nodiscard]] virtual std::string_view finalizer() const = 0;

  /// `failures`: writes of the last reconcile of this key that failed for a reason that a person may have to see.
  virtual core::Result<Work> reconcile(const core::ObjectKey& key, const std::vector<core::WriteFailure>& failures,
                                       core::Timestamp now) = 0;
};

}  // namespace guildhall::runtime
