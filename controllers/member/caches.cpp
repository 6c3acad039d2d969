#include "controllers/member/caches.hpp"

namespace guildhall::controllers::member {

std::string subject_key(const std::string& ns, const organization::Subject& subject) {
  return ns + "/" + organization::describe(subject);
}

void add_indexes(const Caches& caches, const organization::IdentityRules& identity) {
  caches.members.add_index(kMembersBySubject, [identity](const api::Member& member) {
    std::vector<std::string> keys;
    for (const auto& subject : organization::subjects_of(member, identity))
      keys.push_back(subject_key(member.metadata.ns, subject));
    return keys;
  });
  caches.members.add_index(kMembersByInvitation, [](const api::Member& member) {
    const auto& invitation = member.status.invitation;
    return invitation && invitation->token_hash ? std::vector<std::string>{*invitation->token_hash}
                                                : std::vector<std::string>{};
  });
}

}  // namespace guildhall::controllers::member
