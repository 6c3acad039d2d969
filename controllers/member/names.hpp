#pragma once

#include <string>

#include "controllers/organization/names.hpp"
#include "operator/core/well_known_names.hpp"

namespace guildhall::controllers::member {

using core::kPausedAnnotation;
/// Never set: a Member leaves nothing that its owner references and its Organization's plan do not take away.
inline constexpr const char* kFinalizer = "guildhall.dev/member";

/// The Role, and the RoleBinding of the same name, by which a Member reads itself and leaves.
inline std::string self_role_name(const std::string& member) {
  return organization::kSelfRolePrefix + member;
}
/// The Member of that Role's name; empty: it is none of those.
inline std::string member_of_self_role(const std::string& role) {
  const std::string prefix = self_role_name("");
  return role.starts_with(prefix) ? role.substr(prefix.size()) : std::string{};
}

}  // namespace guildhall::controllers::member
