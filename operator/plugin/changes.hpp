#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/plugin/member_view.hpp"

namespace guildhall::plugin {

/// One edit of a Member. Its uid is the precondition: another Member that has got the name meanwhile is not touched.
struct Change {
  nlohmann::json patch;  ///< RFC 7386; null: it is so already, and nothing is written
  std::string done;      ///< "deactivated"
};

Change plan_state(const MemberView& member, const std::string& state);
Change plan_role(const MemberView& member, const std::string& role);

/// `now` becomes resendAt, in whole seconds. Errors: Invalid, when there is no invitation that could be sent again.
core::Result<Change> plan_resend(const MemberView& member, core::Timestamp now);

/// The Member that a target means: by its name, or by its email, in upper or lower case. Errors: NotFound; Invalid for
/// an email that several have.
core::Result<nlohmann::json> choose_member(const std::vector<nlohmann::json>& members, const std::string& email,
                                           const std::string& ns);

}  // namespace guildhall::plugin
