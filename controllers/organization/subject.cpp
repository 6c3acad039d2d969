#include "controllers/organization/subject.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace guildhall::controllers::organization {

namespace {

constexpr std::string_view kEmailPlaceholder = "{email}";
constexpr std::string_view kKubernetesOwn = "system:";
constexpr const char* kServiceAccount = "ServiceAccount";
constexpr const char* kRbacGroup = "rbac.authorization.k8s.io";

Subject to_subject(const api::MemberSubject& subject) {
  return {.kind = std::string(api::to_string(subject.kind)), .name = subject.name, .ns = subject.ns.value_or("")};
}

bool is_kubernetes_own(const Subject& subject) {
  return subject.kind != kServiceAccount && subject.name.starts_with(kKubernetesOwn);
}

}  // namespace

std::string user_of(const std::string& email, const IdentityRules& identity) {
  std::string user = identity.user_template;
  for (auto at = user.find(kEmailPlaceholder); at != std::string::npos; at = user.find(kEmailPlaceholder, at)) {
    user.replace(at, kEmailPlaceholder.size(), email);
    at += email.size();
  }
  return user;
}

Subjects subjects_of(const api::Member& member, const IdentityRules& identity) {
  Subjects subjects;
  for (const auto& subject : member.spec.subjects)
    subjects.push_back(to_subject(subject));
  if (member.spec.subjects.empty())
    subjects.push_back({.kind = "User", .name = user_of(member.spec.email, identity), .ns = {}});
  std::erase_if(subjects, is_kubernetes_own);
  normalize(subjects);
  return subjects;
}

Subjects identities(const Subjects& subjects) {
  Subjects result;
  std::ranges::copy_if(subjects, std::back_inserter(result),
                       [](const Subject& subject) { return subject.kind != "Group"; });
  return result;
}

std::string describe(const Subject& subject) {
  return subject.kind + " " + (subject.ns.empty() ? "" : subject.ns + "/") + subject.name;
}

nlohmann::json to_json(const Subject& subject) {
  if (subject.kind == kServiceAccount)
    return {{"kind", subject.kind}, {"name", subject.name}, {"namespace", subject.ns}};
  return {{"kind", subject.kind}, {"name", subject.name}, {"apiGroup", kRbacGroup}};
}

void normalize(Subjects& subjects) {
  std::ranges::sort(subjects);
  const auto repeated = std::ranges::unique(subjects);
  subjects.erase(repeated.begin(), repeated.end());
}

}  // namespace guildhall::controllers::organization
