#pragma once

#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// Members by what they are: those that are leaving or have another's email count in the total only.
struct MemberCounts {
  int total = 0;
  int active = 0;
  int pending = 0;
  int expired = 0;
  int inactive = 0;
  int admins = 0;  ///< active, with the role Admin and a User or ServiceAccount
};

/// ApiKeys by phase; a rotating one is active.
struct ApiKeyCounts {
  int total = 0;
  int active = 0;
  int expired = 0;
  int revoked = 0;
  int suspended = 0;
};

/// Both count nothing while the home is not ours.
MemberCounts count_members(const Observed& seen);
ApiKeyCounts count_api_keys(const Observed& seen);

}  // namespace guildhall::controllers::organization
