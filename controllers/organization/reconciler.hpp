#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "controllers/organization/gather.hpp"
#include "operator/runtime/reconciler.hpp"

namespace guildhall::controllers::organization {

/// Reads an object whole from the API server.
using ObjectReader =
    std::function<core::Result<nlohmann::json>(const core::ResourceType& type, const core::ObjectKey& at)>;

/// What an Organization's reconcile needs from outside. References outlive the reconciler.
struct Dependencies {
  const core::Sealer& sealer;
  ObjectReader read;
  /// When somebody with `manage` last let the last active Admin of that Organization go. Empty: never. With an
  /// initializer GCC lets a designated one leave it out.
  // NOLINTNEXTLINE(readability-redundant-member-init)
  std::function<core::Result<std::optional<core::Timestamp>>(const std::string& organization)> let_go_at = {};
  /// What keeps that Organization's log. Empty: not known.
  // NOLINTNEXTLINE(readability-redundant-member-init)
  std::function<std::optional<AuditRecording>(const core::ObjectMeta& organization)> audit_recording = {};
  /// Observed::held_secrets. Empty: there are none.
  // NOLINTNEXTLINE(readability-redundant-member-init)
  std::function<std::vector<std::string>(const api::Organization& organization)> held_secrets = {};
  /// Observed::secrets_with_tokens. Empty: there are none.
  // NOLINTNEXTLINE(readability-redundant-member-init)
  std::function<std::vector<std::string>(const api::Organization& organization)> secrets_with_tokens = {};
};

/// Joins gather and plan for Organizations. The caches outlive it.
class Reconciler final : public runtime::Reconciler {
 public:
  Reconciler(const Caches& caches, Dependencies dependencies, Settings settings)
      : caches_(caches), dependencies_(std::move(dependencies)), settings_(std::move(settings)) {}

  [[nodiscard]] std::string_view name() const override { return "organization"; }
  [[nodiscard]] const core::ResourceType& type() const override;
  [[nodiscard]] std::string_view finalizer() const override;
  core::Result<runtime::Work> reconcile(const core::ObjectKey& key, const std::vector<core::WriteFailure>& failures,
                                        core::Timestamp now) override;

 private:
  [[nodiscard]] core::Result<void> find_unlabelled_bindings(Observed& seen) const;
  /// Adds what stands there, if anything does. Errors: of the read.
  core::Result<void> look_at_binding(const core::ObjectKey& key, Observed& seen) const;
  [[nodiscard]] Stood recall(const std::string& organization) const;
  void remember(const std::string& organization, Stood stood);

  Caches caches_;
  Dependencies dependencies_;
  Settings settings_;
  mutable std::mutex mutex_;
  std::map<std::string, Stood> stood_;  ///< by Organization: Observed::stood of its next look
};

}  // namespace guildhall::controllers::organization
