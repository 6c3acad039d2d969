#pragma once

#include <chrono>

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// How long a release waits for copies of Secrets, and how long each step of a deletion may take. After that it is told
/// and goes on: nothing waits for ever.
inline constexpr std::chrono::minutes kPatience{2};

/// Rule: the home is created when absent, whatever is free is claimed, and damaged claims are repaired. Every write has
/// the Namespace's version as precondition, so that the first claim stands.
void plan_claims(const Observed& seen, Draft& draft);

/// Rule: what is no longer listed is released, once no copies of our Secrets are left there or kPatience is over.
void plan_releases(const Observed& seen, core::Timestamp now, Draft& draft);

/// The write that ends our claim on a Namespace.
core::Apply release(const NamespaceView& ns);

}  // namespace guildhall::controllers::organization
