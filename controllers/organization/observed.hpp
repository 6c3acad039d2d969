#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controllers/organization/binding_view.hpp"
#include "controllers/organization/claim.hpp"
#include "controllers/organization/deployment_view.hpp"
#include "controllers/organization/membership.hpp"
#include "controllers/organization/namespace_view.hpp"
#include "controllers/organization/role_view.hpp"
#include "controllers/organization/signup.hpp"
#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/core/plan.hpp"

namespace guildhall::controllers::organization {

using ApiKeyPhase = decltype(api::ApiKeyStatus::phase)::value_type;
using MemberPhase = decltype(api::MemberStatus::phase)::value_type;

/// A Namespace that concerns this Organization.
struct SeenNamespace {
  NamespaceView view;
  bool holder_exists = false;  ///< another Organization that exists has its claim: see hold_of()
  bool operator==(const SeenNamespace&) const = default;
};

// NOLINTBEGIN(readability-redundant-member-init): with them GCC lets a designated initializer leave a member out.

/// An ApiKey of the home, as far as it counts here.
struct SeenApiKey {
  std::string name;
  std::optional<ApiKeyPhase> phase = {};
  std::string secret_name = {};                     ///< empty: none stands
  std::vector<std::string> secret_namespaces = {};  ///< where it stands, the home and those of copies
  bool has_tokens = false;                          ///< a token of it may still be accepted
  bool has_finalizer = false;                       ///< one of Guildhall's
  bool operator==(const SeenApiKey&) const = default;
};

/// A Member of the home, as far as it counts here.
struct SeenMember {
  std::string name;
  std::string uid = {};
  std::string version = {};  ///< its resourceVersion
  api::MemberRole role = api::MemberRole::Viewer;
  Standing standing = Standing::NotAccepted;
  Subjects subjects = {};  ///< that are to get its role
  core::Timestamp created_at = {};
  std::optional<MemberPhase> phase = {};  ///< as its controller says; unset: it has not yet
  std::string link_secret = {};           ///< the Secret with the link of its invitation; empty: none stands
  bool operator==(const SeenMember&) const = default;
};

// NOLINTEND(readability-redundant-member-init)

/// What of ours stood as it should at the last look, by "RoleBinding acme/guildhall:guildhall-organization-admin": what
/// is gone or says something else now was changed by another, as nothing of ours was under way. Kept in memory only, so
/// what others change while no operator runs is put back and not told.
struct Stood {
  std::map<std::string, Subjects> bindings;
  std::map<std::string, nlohmann::json> roles;  ///< with their rules

  [[nodiscard]] bool empty() const { return bindings.empty() && roles.empty(); }
  void forget(const std::string& object) {
    bindings.erase(object);
    roles.erase(object);
  }
};

/// What stands in the way of the Organization's log: reason and message of a condition.
struct AuditTrouble {
  std::string reason;
  std::string message;
  bool operator==(const AuditTrouble&) const = default;
};

/// How its log is.
struct AuditRecording {
  std::optional<AuditTrouble> trouble;  ///< unset: nothing stands in its way
};

/// All that a plan for one Organization depends on. Lists are in no particular order.
struct Observed {
  api::Organization organization;
  std::vector<SeenNamespace> namespaces;     ///< the home, the listed ones, and all whose claim has our name or UID
  std::vector<SeenApiKey> api_keys;          ///< of the home, whoever has claimed it
  std::vector<SeenMember> members;           ///< of the home, whoever has claimed it
  std::vector<RoleView> roles;               ///< ours, and what stands where ours are to be
  std::vector<BindingView> bindings;         ///< likewise
  std::vector<DeploymentView> deployments;   ///< in those namespaces
  std::vector<DeploymentKind> unread_kinds;  ///< of deployments; which of them there are is not known
  Stood stood;
  /// When somebody with `manage` last let the last active Admin go; unset: never, or it does not matter.
  std::optional<core::Timestamp> let_go_at;
  std::optional<AuditRecording> audit;  ///< unset: not known (yet); what the status says of it stays
  std::optional<SignupRecord> signup;   ///< of who signed up for it and is not its founder yet
  /// Secrets of vmauth that it has not let go, and those with tokens beside VMUsers, as "acme-edge/vmauth".
  std::vector<std::string> held_secrets;
  /// Such Secrets that hold tokens in the namespaces that the spec lists, whoever's they are, likewise.
  std::vector<std::string> secrets_with_tokens;
  ProtectedNamespaces protected_namespaces;
  std::vector<core::WriteFailure> failures;
};

/// spec.homeNamespace, or the Organization's name.
std::string home_namespace(const api::Organization& organization);

/// What a Namespace says of us when we have claimed it.
Claim claim_of(const api::Organization& organization);

/// Whether writing of generated objects is stopped.
bool is_paused(const api::Organization& organization);

}  // namespace guildhall::controllers::organization
