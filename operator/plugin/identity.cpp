#include "operator/plugin/identity.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace guildhall::plugin {

namespace {

bool is_user_of_email(const Caller& caller, const std::string& email) {
  return !email.empty() && !caller.user.starts_with("system:") &&
         (caller.user == email || email_part(caller.user) == email);
}

bool is_in(const Caller& caller, const std::string& group) {
  return std::ranges::find(caller.groups, group) != caller.groups.end();
}

bool is_meant(const Caller& caller, const SubjectView& subject) {
  if (subject.kind == "ServiceAccount")
    return caller.user == "system:serviceaccount:" + subject.ns + ":" + subject.name;
  return subject.kind == "Group" ? is_in(caller, subject.name) : caller.user == subject.name;
}

std::string describe(const SubjectView& subject) {
  return subject.kind + " " + (subject.ns.empty() ? "" : subject.ns + "/") + subject.name;
}

/// Identity before access: who is named as a User is not shown as one of a Group.
std::optional<OwnMember> as_own(const Caller& caller, const MemberView& member) {
  if (member.subjects.empty()) {
    if (!is_user_of_email(caller, member.email)) return std::nullopt;
    return OwnMember{member, "User " + caller.user, true};
  }
  std::optional<OwnMember> by_group;
  for (const auto& subject : member.subjects) {
    if (!is_meant(caller, subject)) continue;
    if (subject.kind != "Group") return OwnMember{member, describe(subject), true};
    by_group = OwnMember{member, describe(subject), false};
  }
  return by_group;
}

}  // namespace

std::string_view email_part(std::string_view user) {
  const auto mark = user.find_last_of(":/#");
  return mark == std::string_view::npos ? user : user.substr(mark + 1);
}

Caller parse_caller(const nlohmann::json& review) {
  Caller caller{.user = text_at(review, "/status/userInfo/username"), .groups = {}};
  const nlohmann::json::json_pointer groups("/status/userInfo/groups");
  if (!review.contains(groups)) return caller;
  for (const auto& group : review.at(groups))
    if (group.is_string()) caller.groups.push_back(group);
  return caller;
}

std::vector<OwnMember> own_members(const Caller& caller, const std::vector<MemberView>& members) {
  std::vector<OwnMember> own;
  for (const auto& member : members)
    if (auto found = as_own(caller, member)) own.push_back(std::move(*found));
  return own;
}

}  // namespace guildhall::plugin
