#include "controllers/organization/signup_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace guildhall::controllers::organization {

namespace {

using core::ErrorKind;

core::Result<void> check_user(const SignupWish& wish, const IdentityRules& identity) {
  const std::string made = user_of(wish.email, identity);
  const bool is_of_kubernetes = wish.user.starts_with("system:");
  if (made == wish.user && !is_of_kubernetes) return {};
  if (is_of_kubernetes)
    return core::fail(ErrorKind::Forbidden,
                      fmt::format("people sign up, and {} is a user of Kubernetes itself", wish.user));
  return core::fail(ErrorKind::Forbidden,
                    fmt::format("you are {}, and spec.email {} is of {}: sign up with the e-mail address that you are "
                                "signed in by",
                                wish.user, wish.email, made));
}

core::Result<void> check_domain(const SignupWish& wish, const SignupLimits& limits) {
  const std::string domain = wish.email.substr(wish.email.find('@') + 1);
  if (limits.email_domains.empty() || std::ranges::find(limits.email_domains, domain) != limits.email_domains.end())
    return {};
  return core::fail(ErrorKind::Forbidden,
                    fmt::format("spec.email {}: the platform takes sign-ups from these domains only: {}", wish.email,
                                fmt::join(limits.email_domains, ", ")));
}

core::Result<void> check_name(const SignupWish& wish, const SignupFacts& facts) {
  const std::string& name = wish.organization;
  if (facts.is_protected)
    return core::fail(ErrorKind::Invalid,
                      fmt::format("no Organization can have the name {}: the namespace is protected", name));
  if (facts.organization && *facts.organization == wish.user)
    return core::fail(ErrorKind::AlreadyExists, fmt::format("you have signed up for {0} already: see `kubectl get "
                                                            "organization {0}`",
                                                            name));
  if (facts.organization || facts.namespace_exists || facts.is_promised)
    return core::fail(ErrorKind::AlreadyExists, fmt::format("the name {} is taken; choose another", name));
  return {};
}

core::Result<void> check_number(const SignupLimits& limits, const SignupFacts& facts) {
  if (facts.others_of_user < static_cast<std::size_t>(limits.most_per_user)) return {};
  return core::fail(ErrorKind::Forbidden,
                    fmt::format("you have signed up for {} Organization{} already, and the platform allows no more; "
                                "ask the platform team for another",
                                facts.others_of_user, facts.others_of_user == 1 ? "" : "s"));
}

}  // namespace

core::Result<void> judge_signup(const SignupWish& wish, const SignupLimits& limits, const IdentityRules& identity,
                                const SignupFacts& facts) {
  if (auto may = check_user(wish, identity); !may) return may;
  if (auto may = check_domain(wish, limits); !may) return may;
  if (auto may = check_name(wish, facts); !may) return may;
  return check_number(limits, facts);
}

}  // namespace guildhall::controllers::organization
