#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "controllers/apikey/caches.hpp"
#include "controllers/apikey/observed.hpp"
#include "operator/core/seal.hpp"

namespace guildhall::controllers::apikey {

/// Whether a Secret holds the name that is not one of ours. Asks the API server: no watch shows Secrets that are not
/// ours.
using ForeignSecretLook = std::function<core::Result<bool>(const core::ObjectKey& at)>;

/// Reads what a plan needs from caches. Only where the last write or the status says that a foreign Secret is in the
/// way, it asks the server whether it still is. Thread-safe.
class Gatherer {
 public:
  Gatherer(const Caches& caches, const core::Sealer& sealer, ForeignSecretLook look)
      : caches_(caches), sealer_(sealer), look_(std::move(look)) {}

  /// Unset: no such ApiKey. The candidate is the caller's to add. Errors: of the look at the server.
  [[nodiscard]] core::Result<std::optional<Observed>> gather(const core::ObjectKey& key,
                                                             const std::vector<core::WriteFailure>& failures) const;

 private:
  void find_organization(Observed& seen) const;
  void find_owner(Observed& seen) const;
  void find_copies(Observed& seen, const std::string& organization_uid) const;
  void find_secrets(Observed& seen) const;
  [[nodiscard]] SeenSecret verify(const SecretView& view) const;
  [[nodiscard]] bool is_name_taken(const api::ApiKey& key) const;
  core::Result<void> find_foreign_secret(Observed& seen) const;

  Caches caches_;
  const core::Sealer& sealer_;
  ForeignSecretLook look_;
};

}  // namespace guildhall::controllers::apikey
