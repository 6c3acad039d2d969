#include "operator/plugin/changes.hpp"

#include <fmt/ranges.h>

#include "operator/plugin/email.hpp"

namespace guildhall::plugin {

using core::ErrorKind;

Change change(const MemberView& member, nlohmann::json spec, std::string done) {
  return {{{"metadata", {{"uid", member.uid}}}, {"spec", std::move(spec)}}, std::move(done)};
}

Change plan_state(const MemberView& member, const std::string& state) {
  if (member.state == state) return {};
  return change(member, {{"state", state}}, state == "Active" ? "activated" : "deactivated");
}

Change plan_role(const MemberView& member, const std::string& role) {
  if (member.role == role) return {};
  return change(member, {{"role", role}}, "is " + role + " now");
}

core::Result<nlohmann::json> choose_member(const std::vector<nlohmann::json>& members, const std::string& email,
                                           const std::string& ns) {
  std::vector<const nlohmann::json*> found;
  std::vector<std::string> names;
  for (const auto& member : members) {
    if (text_at(member, "/spec/email") != as_in_members(email)) continue;
    found.push_back(&member);
    names.push_back(text_at(member, "/metadata/name"));
  }
  if (found.size() == 1) return *found.front();
  if (found.empty())
    return core::fail(ErrorKind::NotFound, fmt::format("no Member in {} has the email {}. See who is there: kubectl "
                                                       "guildhall members list -n {}",
                                                       ns, email, ns));
  return core::fail(ErrorKind::Invalid,
                    fmt::format("several Members have the email {}; name one: {}", email, fmt::join(names, ", ")));
}

}  // namespace guildhall::plugin
