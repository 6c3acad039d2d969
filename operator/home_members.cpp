#include "operator/home_members.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/organization/gather.hpp"
#include "controllers/organization/home.hpp"
#include "controllers/organization/last_admin.hpp"

namespace guildhall {

namespace {

namespace organization = controllers::organization;

using Members = std::vector<std::shared_ptr<const api::Member>>;

/// How many of the Admins that the cache knows are looked at one by one, before all Members are read.
constexpr int kMostLooks = 2;

using Claimant = core::Result<std::shared_ptr<const api::Organization>>;

/// What stands there, parsed; null: nothing does.
template <class Object>
core::Result<std::shared_ptr<const Object>> read_object(kube::Client& client, const core::ResourceType& type,
                                                        const std::string& name,
                                                        core::Result<Object> (*parse)(const nlohmann::json&),
                                                        const std::stop_token& stop) {
  const auto object = client.get(type, {"", name}, stop);
  if (!object && object.error().kind == core::ErrorKind::NotFound) return nullptr;
  if (!object) return std::unexpected(object.error());
  auto parsed = parse(*object);
  if (!parsed) return std::unexpected(parsed.error());
  return std::make_shared<const Object>(std::move(*parsed));
}

Claimant read_claimant(kube::Client& client, const std::string& home, const std::stop_token& stop) {
  const auto ns = read_object(client, core::types::namespaces(), home, organization::parse_namespace_view, stop);
  if (!ns) return std::unexpected(ns.error());
  if (*ns == nullptr || (*ns)->claim.organization.empty()) return nullptr;
  auto claimant =
      read_object(client, api::organization_type(), (*ns)->claim.organization, api::parse_organization, stop);
  if (!claimant || *claimant == nullptr) return claimant;
  const core::ObjectMeta& metadata = (*claimant)->metadata;
  const bool is_its_home =
      (*ns)->is_claimed_by(metadata.name, metadata.uid) && organization::home_namespace(**claimant) == home;
  if (!is_its_home || metadata.is_deleting()) return nullptr;
  return claimant;
}

}  // namespace

Claimant find_claimant(const MemberSources& sources, const std::string& home, const std::stop_token& stop) {
  const auto found = organization::find_home(sources.caches.organizations, sources.caches.namespaces, home, false);
  if (found.state == organization::HomeState::Claimed) return found.claimant;
  return read_claimant(sources.client, home, stop);
}

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
