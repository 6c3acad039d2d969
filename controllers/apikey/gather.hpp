#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controllers/apikey/caches.hpp"
#include "controllers/apikey/observed.hpp"
#include "controllers/apikey/quota.hpp"
#include "operator/core/seal.hpp"

namespace guildhall::controllers::apikey {

/// What the API server has at a Secret's place. No watch shows Secrets that are not of our type.
enum class AtPlace { Nothing, OurType, Foreign };
using SecretLook = std::function<core::Result<AtPlace>(const core::ObjectKey& at)>;

/// Whether an Organization of that name exists and is not being deleted. Asks the API server.
using OrganizationLook = std::function<core::Result<bool>(const std::string& name)>;

/// What keeps that from standing which the Organization asks for besides the gate; unset: nothing.
using EnforcementLook =
    std::function<std::optional<EnforcementTrouble>(const std::string& organization, const std::string& api_key)>;

/// The questions that a cache cannot answer.
struct Looks {
  SecretLook secret;
  OrganizationLook organization;
  EnforcementLook enforcement;
};

/// Reads what a plan needs from caches. It asks the server only whether a foreign Secret is in the way, where the
/// status says so or a Secret that was to be written is not there, and before what cannot be undone, as a cache may be
/// filled from old news: whether the Organization is really gone before tokens are withdrawn, and the Secret before its
/// token is replaced. Thread-safe.
class Gatherer {
 public:
  Gatherer(const Caches& caches, const core::Sealer& sealer, Looks looks)
      : caches_(caches), sealer_(sealer), looks_(std::move(looks)) {}

  /// Unset: no such ApiKey. The candidate and over_quota are the caller's to add. Errors: of the looks at the server.
  [[nodiscard]] core::Result<std::optional<Observed>> gather(const core::ObjectKey& key,
                                                             const std::vector<core::WriteFailure>& failures) const;

  /// Whether its Organization's maxKeys is used up by others, those with `granted` room among them. To be asked just
  /// before the plan is made, by one caller at a time.
  [[nodiscard]] bool is_over_quota(const Observed& seen, const GrantedRoom& granted) const;

 private:
  void find_organization(Observed& seen) const;
  core::Result<void> confirm_that_organization_is_gone(Observed& seen) const;
  [[nodiscard]] bool has_older_namesake(const api::Member& member) const;
  void find_owner(Observed& seen) const;
  void find_enforcement(Observed& seen, const std::string& organization_uid) const;
  void find_beside_vmusers(const api::ApiKey& key, const std::string& ns, SeenEnforcement& enforcement) const;
  /// Of that namespace alone, where one is given.
  void find_vmusers(const std::string& index, const std::optional<std::string>& ns, SeenEnforcement& enforcement) const;
  void find_copies(Observed& seen, const std::string& organization_uid) const;
  void find_secrets(Observed& seen) const;
  [[nodiscard]] SeenSecret verify(const SecretView& view) const;
  [[nodiscard]] std::string find_rival(const api::ApiKey& key) const;
  core::Result<void> find_foreign_secrets(Observed& seen) const;
  [[nodiscard]] core::Result<bool> is_foreign(const Observed& seen, const core::ObjectKey& at, bool look_anyway) const;

  Caches caches_;
  const core::Sealer& sealer_;
  Looks looks_;
};

}  // namespace guildhall::controllers::apikey
