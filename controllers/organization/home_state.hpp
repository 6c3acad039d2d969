#pragma once

namespace guildhall::controllers::organization {

/// What a namespace is for a Member or an ApiKey that lies in it.
enum class HomeState {
  NotAHome,        ///< no Organization has ever claimed it, as far as the object knows
  NoOrganization,  ///< the object's Organization is gone or being deleted
  Awaiting,        ///< the Organization is there, its claim on the namespace is not (yet, or just now)
  Claimed,
};

}  // namespace guildhall::controllers::organization
