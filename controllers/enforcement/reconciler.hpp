#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "controllers/apikey/token_reading.hpp"
#include "controllers/enforcement/admittance.hpp"
#include "controllers/enforcement/clear_tokens.hpp"
#include "controllers/enforcement/gather.hpp"
#include "controllers/enforcement/plan.hpp"
#include "controllers/enforcement/token_writes.hpp"
#include "controllers/enforcement/trouble.hpp"
#include "operator/core/codec.hpp"
#include "operator/gate/path_table.hpp"
#include "operator/runtime/reconciler.hpp"

namespace guildhall::controllers::enforcement {

/// What is needed from outside. References outlive the reconciler.
struct Dependencies {
  const gate::PathTable& paths;
  core::Codec codec;
  apikey::ObjectReader read;
  /// Told when trouble_of() of the Organization with that home changes: its ApiKeys say it.
  std::function<void(const std::string& home)> changed;
  /// Told when tokens that were being written no longer are: these Organizations may have waited for that. With an
  /// initializer GCC lets a designated one leave it out.
  // NOLINTNEXTLINE(readability-redundant-member-init)
  std::function<void(const std::vector<core::ObjectKey>& organizations)> written = {};
};

/// Joins gather and plan, and fills tokens into the configuration just before it is written: from the one that stands,
/// else from the Secrets of the keys. A token that is nowhere to be found is left out, and holds up no other.
class Reconciler final : public runtime::Reconciler {
 public:
  Reconciler(const Caches& caches, Dependencies dependencies)
      : caches_(caches), dependencies_(std::move(dependencies)) {}

  [[nodiscard]] std::string_view name() const override { return "enforcement"; }
  [[nodiscard]] const core::ResourceType& type() const override { return api::organization_type(); }
  [[nodiscard]] std::string_view finalizer() const override { return {}; }
  core::Result<runtime::Work> reconcile(const core::ObjectKey& key, const std::vector<core::WriteFailure>& failures,
                                        core::Timestamp now) override;

  /// What the last look at the Organization found to stand in the way. Unset: nothing, or no look was taken.
  [[nodiscard]] std::optional<Trouble> trouble_of(const std::string& organization) const;

  /// enforcement::held_secrets(), and those that are being written for it.
  [[nodiscard]] std::vector<std::string> held_secrets(const api::Organization& organization) const;
  /// enforcement::secrets_with_tokens(), and those in which some are being written, for whomever.
  [[nodiscard]] std::vector<std::string> secrets_with_tokens(const api::Organization& organization) const;

 private:
  core::Result<void> find_foreign(Observed& seen) const;
  void end_writes(const std::string& organization) const;
  /// Of an Organization that the cache does not have.
  core::Result<runtime::Work> reconcile_gone(const core::ObjectKey& key) const;
  /// Whether it stands as it was seen: else the plan may want tokens where others are let in meanwhile.
  [[nodiscard]] bool stands(const api::Organization& seen) const;
  /// For the engine: of what was seen then.
  [[nodiscard]] runtime::FillIn fill_in(const Observed& seen, const std::vector<AdmittedToken>& all) const;
  [[nodiscard]] nlohmann::json fill_configuration(const api::Organization& organization,
                                                  const std::vector<AdmittedToken>& admitted,
                                                  const ClearTokens& tokens) const;
  [[nodiscard]] nlohmann::json fill_entries(const nlohmann::json& entries, const ClearTokens& tokens) const;
  [[nodiscard]] core::Result<ClearTokens> find_tokens(const core::ObjectKey& standing, const std::string& home,
                                                      const std::vector<AdmittedToken>& admitted) const;
  void remember(const std::string& organization, const std::string& home, std::optional<Trouble> trouble);

  Caches caches_;
  Dependencies dependencies_;
  mutable TokenWrites writes_;
  mutable std::mutex mutex_;
  std::map<std::string, Trouble> troubles_;  ///< by Organization
};

}  // namespace guildhall::controllers::enforcement
