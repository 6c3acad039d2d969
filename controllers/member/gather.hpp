#pragma once

#include <optional>
#include <vector>

#include "controllers/member/caches.hpp"
#include "controllers/member/observed.hpp"
#include "operator/core/seal.hpp"

namespace guildhall::controllers::member {

/// What the operator can do for invitations.
struct Means {
  bool sends_mail = false;
  bool serves_page = false;
};

/// Reads what a plan for one Member needs from the caches; the failures are the caller's to add. Unset: no such Member.
/// Thread-safe.
std::optional<Observed> gather(const Caches& caches, const core::Sealer& sealer,
                               const organization::IdentityRules& identity, const core::ObjectKey& key,
                               core::Timestamp now);

}  // namespace guildhall::controllers::member
