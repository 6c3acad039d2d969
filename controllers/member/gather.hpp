#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controllers/member/caches.hpp"
#include "controllers/member/observed.hpp"
#include "operator/core/seal.hpp"

namespace guildhall::controllers::member {

/// What the operator can do for invitations.
struct Means {
  bool sends_mail = false;
  std::function<std::string(std::string_view token)> link;  ///< to the page of invitations; empty: there is none
};

/// What a plan for that Member needs, of itself and from the caches. Thread-safe.
Observed observe(const Caches& caches, const core::Sealer& sealer, const organization::IdentityRules& identity,
                 const api::Member& member, core::Timestamp now);

/// Reads what a plan for one Member needs from the caches; the failures are the caller's to add. Unset: no such Member.
/// Thread-safe.
std::optional<Observed> gather(const Caches& caches, const core::Sealer& sealer,
                               const organization::IdentityRules& identity, const core::ObjectKey& key,
                               core::Timestamp now);

}  // namespace guildhall::controllers::member
