#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/plugin/invocation.hpp"
#include "operator/plugin/member_view.hpp"

namespace guildhall::plugin {

/// What inviting somebody comes to, when these Members are there.
struct InvitationPlan {
  bool exists = false;    ///< that email is a Member already, with that role: nothing is to be made
  std::string name;       ///< of the Member
  nlohmann::json object;  ///< to create; empty when it exists
};

/// Pure. A name that is not given is made of the email, with a number when another email has it.
/// Errors: Invalid, for a name that is taken, and for a Member of that email with another role; both say what to do.
core::Result<InvitationPlan> plan_invitation(const InviteMember& invite, const std::string& ns,
                                             const std::vector<MemberView>& members);

/// Whether it is clear what became of an invitation: Guildhall has looked at this very spec, and is done or stuck.
bool is_settled(const MemberView& member);

/// What happens next, for who does not wait.
std::string what_comes(const InviteMember& invite, const std::string& name, const std::string& ns);

/// What became of it, in a sentence or two. Errors: Invalid, when a person must act: what is in the way, and the way
/// out.
core::Result<std::string> what_became(const MemberView& member);

/// The command that prints the link.
std::string read_link_command(const MemberView& member);

}  // namespace guildhall::plugin
