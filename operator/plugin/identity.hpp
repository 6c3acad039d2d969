#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/plugin/member_view.hpp"

namespace guildhall::plugin {

/// Whom the API server takes the caller for: authentication.k8s.io/v1 SelfSubjectReview, status.userInfo.
struct Caller {
  std::string user;
  std::vector<std::string> groups;
};

/// "jane@acme.example" of "oidc:jane@acme.example", where the platform puts a prefix before users: what follows the
/// last : / or # in it; the whole name when none stands there.
std::string_view email_part(std::string_view user);

Caller parse_caller(const nlohmann::json& review);

/// One Member that the caller is, or whose rights it has.
struct OwnMember {
  MemberView member;
  std::string via;       ///< "User jane@acme.example", "Group acme-editors", "ServiceAccount acme/jane-bot"
  bool is_self = false;  ///< a Group gives access, never identity
};

/// The Members that the caller is, in their order. A Member without subjects is the User of its email; where the
/// platform puts a prefix before users ("oidc:jane@acme.example"), the email after the last : / or # of the caller's
/// name counts. What one may do with that is for the API server to say.
std::vector<OwnMember> own_members(const Caller& caller, const std::vector<MemberView>& members);

}  // namespace guildhall::plugin
