#pragma once

#include <compare>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "operator/api/member.hpp"

namespace guildhall::controllers::organization {

/// One subject of a binding: rbac.authorization.k8s.io/v1 Subject.
struct Subject {
  std::string kind;  ///< User, Group or ServiceAccount
  std::string name;
  std::string ns;  ///< of a ServiceAccount; else empty
  auto operator<=>(const Subject&) const = default;
};

/// Each once, in order.
using Subjects = std::vector<Subject>;

/// How the platform makes Kubernetes users of people.
struct IdentityRules {
  std::string user_template = "{email}";  ///< the User of an e-mail address; {email} stands for it
};

/// The User that the platform makes of an e-mail address.
std::string user_of(const std::string& email, const IdentityRules& identity);

/// The subjects that get a Member's role: spec.subjects, or the User of its email. Never one of Kubernetes' own
/// (`system:`), whatever the spec says.
Subjects subjects_of(const api::Member& member, const IdentityRules& identity);

/// Those that say who somebody is: a Group gives access, never identity.
Subjects identities(const Subjects& subjects);

/// "User jane@acme.example", "ServiceAccount acme/jane-bot".
std::string describe(const Subject& subject);

/// As a binding lists it.
nlohmann::json to_json(const Subject& subject);

/// Puts them in order, each once.
void normalize(Subjects& subjects);

}  // namespace guildhall::controllers::organization
