#include "operator/actors.hpp"

#include "controllers/member/caches.hpp"

namespace guildhall {

namespace {

constexpr std::string_view kServiceAccountPrefix = "system:serviceaccount:";

}  // namespace

controllers::organization::Subject subject_of(const std::string& user) {
  const auto colon = user.find(':', kServiceAccountPrefix.size());
  if (!user.starts_with(kServiceAccountPrefix) || colon == std::string::npos) return {"User", user, ""};
  return {"ServiceAccount", user.substr(colon + 1),
          user.substr(kServiceAccountPrefix.size(), colon - kServiceAccountPrefix.size())};
}

std::string email_of(const Informers& informers, const std::string& home, const std::string& user) {
  namespace member = controllers::member;
  const auto found = informers.members.by_index(member::kMembersBySubject, member::subject_key(home, subject_of(user)));
  return found.size() == 1 ? found.front()->spec.email : std::string{};
}

}  // namespace guildhall
