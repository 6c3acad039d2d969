#pragma once

#include "controllers/organization/draft.hpp"
#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// Rule: an Organization that is being deleted ends in order, from any state. First its ApiKeys give up tokens, copies
/// and finalizers, and its Secrets of vmauth or VMUsers their users (their controllers do that) while its roles and
/// bindings are removed, then the claims go, and the home too if Guildhall created it and deletionPolicy is Delete;
/// last our finalizer. Children are never edited or deleted.
///
/// Step n has n * kPatience from the first look at the deletion, so that a restart gives no step more time. Then it is
/// tried once more and told as abandoned.
void plan_deletion(const Observed& seen, core::Timestamp now, Draft& draft);

}  // namespace guildhall::controllers::organization
