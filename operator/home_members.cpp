#include "operator/home_members.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/organization/gather.hpp"
#include "controllers/organization/last_admin.hpp"

namespace guildhall {

namespace {

namespace organization = controllers::organization;

using Members = std::vector<std::shared_ptr<const api::Member>>;

/// How many of the Admins that the cache knows are looked at one by one, before all Members are read.
constexpr int kMostLooks = 2;

}  // namespace

HomeMembers::Member HomeMembers::judge(const api::Member& member, bool has_older_namesake) const {
  return organization::small_form(member, organization_, has_older_namesake, sources_.sealer, sources_.identity);
}

/// As the cache has it.
bool HomeMembers::is_known_admin(const api::Member& member) const {
  const auto namesakes =
      sources_.caches.members.by_index(organization::kMembersByEmail, organization::email_key(member));
  const bool has_older_namesake = std::ranges::any_of(
      namesakes, [&](const auto& other) { return organization::is_older_namesake(*other, member); });
  return organization::is_active_admin(judge(member, has_older_namesake));
}

/// One that stays is enough, so mostly not all Members have to be read: before it answers a list the API server waits
/// until its cache has caught up with its store (ConsistentListFromCache).
Members HomeMembers::known_admins_beside(const api::Member& member) const {
  Members known;
  for (const auto& other : sources_.caches.members.by_index(organization::kMembersByNamespace, home_)) {
    const bool is_another = other->spec.role == api::MemberRole::Admin && other->metadata.uid != member.metadata.uid;
    if (is_another && is_known_admin(*other)) known.push_back(other);
    if (known.size() == kMostLooks) break;
  }
  return known;
}

core::Result<std::optional<HomeMembers::Member>> HomeMembers::read(const api::Member& known,
                                                                   const std::stop_token& stop) const {
  const auto object = sources_.client.get(api::member_type(), known.metadata.key(), stop);
  if (!object && object.error().kind == core::ErrorKind::NotFound) return std::nullopt;
  if (!object) return std::unexpected(object.error());
  const auto member = api::parse_member(*object);
  if (!member) return std::unexpected(member.error());
  return judge(*member, false);
}

core::Result<std::vector<HomeMembers::Member>> HomeMembers::read_all(const std::stop_token& stop) const {
  Members members;
  kube::ListOptions options;
  options.selection.ns = home_;
  do {
    auto page = sources_.client.list(api::member_type(), options, stop);
    if (!page) return std::unexpected(page.error());
    for (const nlohmann::json& item : page->items) {
      auto member = api::parse_member(item);
      if (!member) return std::unexpected(member.error());
      members.push_back(std::make_shared<const api::Member>(std::move(*member)));
    }
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  return organization::small_forms(members, organization_, sources_.sealer, sources_.identity);
}

}  // namespace guildhall
