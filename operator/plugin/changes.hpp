#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "operator/core/result.hpp"
#include "operator/plugin/member_view.hpp"

namespace guildhall::plugin {

/// One edit of a Member. Its uid is the precondition: another Member that has got the name meanwhile is not touched.
struct Change {
  nlohmann::json patch;  ///< RFC 7386; null: it is so already, and nothing is written
  std::string done;      ///< "deactivated"
};

/// Of these fields of spec.
Change change(const MemberView& member, nlohmann::json spec, std::string done);

Change plan_state(const MemberView& member, const std::string& state);
Change plan_role(const MemberView& member, const std::string& role);

/// The Member that a target means: by its name, or by its email, in upper or lower case. Errors: NotFound; Invalid for
/// an email that several have.
core::Result<nlohmann::json> choose_member(const std::vector<nlohmann::json>& members, const std::string& email,
                                           const std::string& ns);

}  // namespace guildhall::plugin
