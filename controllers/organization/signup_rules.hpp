#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controllers/organization/subject.hpp"
#include "operator/core/result.hpp"

namespace guildhall::controllers::organization {

/// What the platform team says of sign-ups, beside RBAC, which says who may at all.
struct SignupLimits {
  std::vector<std::string> email_domains;  ///< in lower case; empty: any
  int most_per_user = 1;                   ///< Organizations for which one user signed up, at the same time
};

/// What somebody wants.
struct SignupWish {
  std::string user;
  std::string email;
  std::string organization;  ///< its name
};

/// What stands in the way, as the API server says it.
struct SignupFacts {
  bool is_protected = false;                ///< the namespace of that name
  std::optional<std::string> organization;  ///< one of that name: the user that signed up for it, "" for nobody
  bool namespace_exists = false;
  bool is_promised = false;      ///< another Organization lists the namespace of that name
  std::size_t others_of_user{};  ///< Organizations of other names for which the user signed up
};

/// Whether it may be. Errors, each a sentence for the user: Forbidden (who, whose e-mail address, how many), Invalid
/// (the name can never be), AlreadyExists (the name is taken).
core::Result<void> judge_signup(const SignupWish& wish, const SignupLimits& limits, const IdentityRules& identity,
                                const SignupFacts& facts);

}  // namespace guildhall::controllers::organization
