#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controllers/apikey/secret_view.hpp"
#include "controllers/organization/home_state.hpp"
#include "operator/api/apikey.hpp"
#include "operator/api/organization.hpp"
#include "operator/core/plan.hpp"

namespace guildhall::controllers::apikey {

/// A Secret of ours as the caches have it, and whether its seal is by one of our keys and over just this payload and
/// these entries.
struct SeenSecret {
  SecretView view;
  std::optional<SealedPayload> payload;  ///< set only when the seal is valid
  bool unknown_seal_key = false;         ///< sealed by a key that is not kept: proves nothing, neither good nor bad
  bool operator==(const SeenSecret&) const = default;
};

using organization::HomeState;

/// The Member that the key names as its owner.
struct SeenOwner {
  std::string email;
  bool active = false;
  bool accepted = true;  ///< its invitation, or it needed none
  bool operator==(const SeenOwner&) const = default;
};

/// A namespace that is to hold a copy.
struct CopyNamespace {
  std::string name;
  bool spanned = false;  ///< listed by the Organization
  bool usable = false;   ///< exists, is not terminating, and is claimed by the Organization
  bool foreign = false;  ///< a Secret of another type holds the name there (seen by a look at the server)
  bool taken = false;    ///< another Organization has it
  bool operator==(const CopyNamespace&) const = default;
};

/// A token drawn for this look, or the one of the Issuing entry if this process drew it and could not write its Secret
/// yet. Used only when the plan issues one. Its clear text stays with the reconciler.
struct Candidate {
  std::string id;
  std::string hash;
};

/// A deployment of the Organization, as its status lists it.
struct SeenDeployment {
  api::OrganizationDeployment told;
  /// Of the object that declares it. Unset: not known, as its kind cannot be read. With an initializer GCC lets a
  /// designated one leave it out.
  // NOLINTNEXTLINE(readability-redundant-member-init)
  std::optional<std::map<std::string, std::string>> labels = {};
  bool operator==(const SeenDeployment&) const = default;
};

/// A VMUser of one of the key's tokens.
struct SeenVmUser {
  core::ObjectKey key;
  std::string hash;  ///< of the token
  bool operational = false;
  std::string reason;  ///< why it is not, as the VictoriaMetrics operator says; may be empty
  bool operator==(const SeenVmUser&) const = default;
};

/// What keeps from standing what else than the gate is to let keys in.
struct EnforcementTrouble {
  std::string reason;      ///< of a condition
  std::string message;     ///< likewise
  bool is_behind = false;  ///< the key's tokens are let in to other places than they should be
  bool operator==(const EnforcementTrouble&) const = default;
};

/// How it stands with that for the one key.
struct SeenEnforcement {
  std::optional<core::ObjectKey> secret;  ///< with the configuration of vmauth; unset: none is asked for
  std::vector<std::string> let_in;        ///< hashes of the tokens that it has as the key's
  std::vector<core::ObjectKey> former;    ///< other configurations of the Organization that have tokens of the key
  std::vector<SeenVmUser> vmusers;
  std::optional<core::ObjectKey> vmusers_secret;  ///< with their tokens; unset: none are asked for
  std::vector<std::string> beside_vmusers;        ///< hashes of the key's tokens in it
  std::optional<EnforcementTrouble> trouble;      ///< why these are not as they should be; unset: nothing is in the way
  bool operator==(const SeenEnforcement&) const = default;
};

/// All that a plan for one ApiKey depends on.
struct Observed {
  api::ApiKey key;
  HomeState home = HomeState::NotAHome;
  std::optional<api::OrganizationSpec> organization;  ///< of the claiming Organization
  std::string organization_name;
  std::vector<SeenDeployment> deployments;
  std::optional<SeenOwner> owner;              ///< unset: no such Member (or no owner named)
  std::vector<CopyNamespace> copy_namespaces;  ///< one for each of spec.secret.namespaces
  std::vector<SeenSecret> secrets;             ///< whatever belongs to this key or stands in its way
  bool foreign_secret = false;  ///< a Secret of another type holds the name in the home (seen by a look at the server)
  std::string rival;        ///< an older ApiKey that is to have the same Secret, which is not there yet; empty: none
  bool over_quota = false;  ///< the Organization's maxKeys is used up by older keys
  std::optional<SeenEnforcement> enforcement;  ///< unset: the Organization asks for none
  Candidate candidate;
  std::vector<core::WriteFailure> failures;
};

}  // namespace guildhall::controllers::apikey
