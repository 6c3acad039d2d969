#include "operator/last_admin_guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "controllers/organization/gather.hpp"
#include "controllers/organization/home.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall {

namespace {

namespace organization = controllers::organization;
using admission::Verdict;
using nlohmann::json;
using organization::PendingRemovals;
using organization::SeenMember;

using Members = std::vector<std::shared_ptr<const api::Member>>;

/// How often another's write of the Lease may come in between.
constexpr int kMostTries = 5;

/// How many of the Admins that the cache knows are looked at one by one, before all Members are read.
constexpr int kMostLooks = 2;

/// What they remove goes with something else: neither is ever held up.
constexpr std::array<std::string_view, 2> kCollectors{"system:serviceaccount:kube-system:namespace-controller",
                                                      "system:serviceaccount:kube-system:generic-garbage-collector"};

PendingRemovals parse_pending(const core::ObjectMeta& lease) {
  PendingRemovals pending;
  const json object = json::parse(lease.annotation(kPendingRemovalsAnnotation), nullptr, false);
  if (!object.is_object()) return pending;
  for (const auto& [uid, removal] : object.items()) {
    if (!removal.is_object()) continue;
    const auto since = core::parse_timestamp(removal.value("since", ""));
    if (since) pending.emplace(uid, organization::PendingRemoval{*since, removal.value("version", "")});
  }
  return pending;
}

std::string format_pending(const PendingRemovals& pending) {
  json object = json::object();
  for (const auto& [uid, removal] : pending)
    object[uid] = {{"since", core::format_timestamp(removal.since)}, {"version", removal.version}};
  return object.dump();
}

bool is_lost_race(core::ErrorKind kind) {
  return kind == core::ErrorKind::Conflict || kind == core::ErrorKind::AlreadyExists;
}

Verdict cannot_tell(const core::Error& error) {
  return admission::undecided("cannot tell whether another Admin stays, try again: " + error.describe());
}

}  // namespace

std::string removals_lease_name(const std::string& organization) {
  return "guildhall-admins." + organization;
}

/// One review on its way.
class LastAdminGuard::Decision {
 public:
  Decision(const Surroundings& at, const admission::Review& review, const std::stop_token& stop)
      : at_(at), review_(review), stop_(stop) {}

  Verdict run();

 private:
  /// Unset: another wrote the Lease in between.
  std::optional<Verdict> try_once();
  core::Result<void> read_lease();
  core::Result<Members> read_members();
  [[nodiscard]] bool is_known_admin(const api::Member& member) const;
  core::Result<bool> is_admin_still(const api::Member& known, core::Timestamp now);
  core::Result<bool> finds_another_admin(core::Timestamp now);
  std::optional<Verdict> decide_by_all(core::Timestamp now);
  std::optional<Verdict> let_through(PendingRemovals pending, core::Timestamp now, const std::string& let_go);
  [[nodiscard]] std::string let_go() const { return lease_ ? std::string(lease_->annotation(kLetGoAnnotation)) : ""; }
  [[nodiscard]] PendingRemovals recorded() const { return lease_ ? parse_pending(*lease_) : PendingRemovals{}; }
  [[nodiscard]] std::optional<SeenMember> changed_form(const SeenMember& before) const;
  std::optional<Verdict> record(const PendingRemovals& pending, const std::string& let_go);
  core::Result<json> write_lease(const PendingRemovals& pending, const std::string& let_go);
  std::optional<Verdict> refuse_unless_excepted(const organization::LastAdminAnswer& answer, PendingRemovals pending);
  core::Result<bool> may_manage();
  core::Result<bool> goes_with_another();
  core::Result<bool> is_going(const core::ResourceType& type, const std::string& name);
  [[nodiscard]] core::ObjectKey lease_key() const {
    return {at_.ns, removals_lease_name(organization_->metadata.name)};
  }

  const Surroundings& at_;
  const admission::Review& review_;
  const std::stop_token& stop_;
  api::Member old_;
  std::optional<api::Member> new_;  ///< unset: it is to be deleted
  std::shared_ptr<const api::Organization> organization_;
  std::optional<core::ObjectMeta> lease_;  ///< as last read; unset: there is none
};

Verdict LastAdminGuard::Decision::run() {
  auto old = api::parse_member(review_.old_object);
  if (!old) return admission::undecided(old.error().describe());
  old_ = std::move(*old);
  if (review_.operation == admission::Operation::Update) {
    auto changed = api::parse_member(review_.object);
    if (!changed) return admission::undecided(changed.error().describe());
    new_ = std::move(*changed);
  }
  if (old_.spec.role != api::MemberRole::Admin) return admission::allow();
  if (new_ && organization::is_same_membership(old_, *new_)) return admission::allow();
  const auto home = organization::find_home(at_.caches.organizations, at_.caches.namespaces, old_.metadata.ns, false);
  if (home.state != organization::HomeState::Claimed) return admission::allow();
  organization_ = home.claimant;
  for (int tries = 0; tries < kMostTries; ++tries) {
    if (auto verdict = try_once()) return *verdict;
  }
  return admission::refuse("other Admins of " + organization_->metadata.name +
                           " are being removed just now; try again");
}

std::optional<Verdict> LastAdminGuard::Decision::try_once() {
  const SeenMember before =
      organization::small_form(old_, organization_->metadata.name, false, at_.sealer, at_.identity);
  if (!organization::removes_admin(before, changed_form(before))) return admission::allow();
  if (const auto read = read_lease(); !read) return cannot_tell(read.error());
  const core::Timestamp now = at_.clock.now();
  const auto found = finds_another_admin(now);
  if (!found) return cannot_tell(found.error());
  if (!*found) return decide_by_all(now);
  PendingRemovals pending = recorded();
  std::erase_if(pending, [&](const auto& one) { return now >= one.second.since + organization::kRemovalPatience; });
  return let_through(std::move(pending), now, let_go());
}

/// As the cache has it.
bool LastAdminGuard::Decision::is_known_admin(const api::Member& member) const {
  const auto namesakes = at_.caches.members.by_index(organization::kMembersByEmail, organization::email_key(member));
  const bool has_older_namesake = std::ranges::any_of(
      namesakes, [&](const auto& other) { return organization::is_older_namesake(*other, member); });
  return organization::is_active_admin(
      organization::small_form(member, organization_->metadata.name, has_older_namesake, at_.sealer, at_.identity));
}

/// As the API server has it, which reads one object from its store at once; and it is not being removed.
core::Result<bool> LastAdminGuard::Decision::is_admin_still(const api::Member& known, core::Timestamp now) {
  const auto object = at_.client.get(api::member_type(), known.metadata.key(), stop_);
  if (!object && object.error().kind == core::ErrorKind::NotFound) return false;
  if (!object) return std::unexpected(object.error());
  const auto member = api::parse_member(*object);
  if (!member) return std::unexpected(member.error());
  const SeenMember form =
      organization::small_form(*member, organization_->metadata.name, false, at_.sealer, at_.identity);
  return form.uid == known.metadata.uid && organization::is_active_admin(form) &&
         !organization::still_pending(recorded(), {form}, now).contains(form.uid);
}

/// One other Admin is enough, so mostly not all Members have to be read: before it answers a list the API server waits
/// until its cache has caught up with its store (ConsistentListFromCache). True is certain; false says nothing.
core::Result<bool> LastAdminGuard::Decision::finds_another_admin(core::Timestamp now) {
  int looks = 0;
  for (const auto& known : at_.caches.members.by_index(organization::kMembersByNamespace, old_.metadata.ns)) {
    const bool is_another = known->spec.role == api::MemberRole::Admin && known->metadata.uid != old_.metadata.uid;
    if (!is_another || !is_known_admin(*known)) continue;
    if (looks++ == kMostLooks) break;
    const auto still = is_admin_still(*known, now);
    if (!still || *still) return still;
  }
  return false;
}

std::optional<Verdict> LastAdminGuard::Decision::decide_by_all(core::Timestamp now) {
  const auto members = read_members();
  if (!members) return cannot_tell(members.error());
  const auto forms = organization::small_forms(*members, organization_->metadata.name, at_.sealer, at_.identity);
  const auto before = std::ranges::find(forms, old_.metadata.uid, &SeenMember::uid);
  if (before == forms.end() || !organization::removes_admin(*before, changed_form(*before))) return admission::allow();
  PendingRemovals pending = organization::still_pending(recorded(), forms, now);
  const auto answer = organization::may_remove_admin(forms, pending, old_.metadata.uid);
  if (answer.may_go) return let_through(std::move(pending), now, let_go());
  return refuse_unless_excepted(answer, std::move(pending));
}

/// `pending`: the other removals that are under way; `let_go`: what is noted of `manage`.
std::optional<Verdict> LastAdminGuard::Decision::let_through(PendingRemovals pending, core::Timestamp now,
                                                             const std::string& let_go) {
  if (review_.dry_run) return admission::allow();
  pending[old_.metadata.uid] = {.since = core::floor_to_seconds(now), .version = old_.metadata.resource_version};
  return record(pending, let_go);
}

core::Result<void> LastAdminGuard::Decision::read_lease() {
  const auto lease = at_.client.get(core::types::leases(), lease_key(), stop_);
  lease_.reset();
  if (!lease && lease.error().kind == core::ErrorKind::NotFound) return {};
  if (!lease) return std::unexpected(lease.error());
  auto meta = core::parse_object_meta(lease->at("metadata"));
  if (!meta) return std::unexpected(meta.error());
  lease_ = std::move(*meta);
  return {};
}

core::Result<Members> LastAdminGuard::Decision::read_members() {
  Members members;
  kube::ListOptions options;
  options.selection.ns = old_.metadata.ns;
  do {
    auto page = at_.client.list(api::member_type(), options, stop_);
    if (!page) return std::unexpected(page.error());
    for (const json& item : page->items) {
      auto member = api::parse_member(item);
      if (!member) return std::unexpected(member.error());
      members.push_back(std::make_shared<const api::Member>(std::move(*member)));
    }
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  return members;
}

/// The Member as it would be, judged like the standing one.
std::optional<SeenMember> LastAdminGuard::Decision::changed_form(const SeenMember& before) const {
  if (!new_) return std::nullopt;
  return organization::small_form(*new_, organization_->metadata.name,
                                  before.standing == organization::Standing::Duplicate, at_.sealer, at_.identity);
}

std::optional<Verdict> LastAdminGuard::Decision::record(const PendingRemovals& pending, const std::string& let_go) {
  const auto written = write_lease(pending, let_go);
  if (written) return admission::allow();
  if (is_lost_race(written.error().kind)) return std::nullopt;
  return cannot_tell(written.error());
}

core::Result<json> LastAdminGuard::Decision::write_lease(const PendingRemovals& pending, const std::string& let_go) {
  json lease = core::object_head(core::types::leases(), lease_key());
  lease["metadata"]["annotations"] = {{kPendingRemovalsAnnotation, format_pending(pending)}};
  if (!let_go.empty()) lease["metadata"]["annotations"][kLetGoAnnotation] = let_go;
  lease["metadata"]["ownerReferences"] =
      json::array({core::owner_reference(api::organization_type(), organization_->metadata)});
  lease["spec"] = json::object();
  if (!lease_) return at_.client.create(core::types::leases(), at_.ns, lease, stop_);
  lease["metadata"]["resourceVersion"] = lease_->resource_version;
  return at_.client.replace(core::types::leases(), lease_key(), lease, stop_);
}

std::optional<Verdict> LastAdminGuard::Decision::refuse_unless_excepted(const organization::LastAdminAnswer& answer,
                                                                        PendingRemovals pending) {
  const auto manages = may_manage();
  if (!manages) return cannot_tell(manages.error());
  const core::Timestamp now = at_.clock.now();
  if (*manages) return let_through(std::move(pending), now, core::format_timestamp(now));
  const auto excepted = goes_with_another();
  if (!excepted) return cannot_tell(excepted.error());
  if (*excepted) return admission::allow();
  const std::string& name = old_.metadata.name;
  const std::string& of = organization_->metadata.name;
  if (answer.until) {
    return admission::refuse(
        fmt::format("{} would be the last active Admin of {}: the removal of the others is under way; if one of them "
                    "stays, try again after {}",
                    name, of, core::format_timestamp(*answer.until)));
  }
  return admission::refuse(fmt::format(
      "{} is the last active Admin of {}: make another Member an Admin first, or ask somebody with the verb manage",
      name, of));
}

core::Result<bool> LastAdminGuard::Decision::may_manage() {
  return at_.client.review_access({.user = review_.user.username,
                                   .groups = review_.user.groups,
                                   .verb = "manage",
                                   .group = api::organization_type().group,
                                   .resource = api::organization_type().plural,
                                   .ns = {},
                                   .name = organization_->metadata.name},
                                  stop_);
}

/// Whatever goes with its owner, its Organization or its home is not held up.
core::Result<bool> LastAdminGuard::Decision::goes_with_another() {
  if (std::ranges::find(kCollectors, review_.user.username) != kCollectors.end()) return true;
  const auto organization_goes = is_going(api::organization_type(), organization_->metadata.name);
  if (!organization_goes || *organization_goes) return organization_goes;
  return is_going(core::types::namespaces(), old_.metadata.ns);
}

core::Result<bool> LastAdminGuard::Decision::is_going(const core::ResourceType& type, const std::string& name) {
  const auto object = at_.client.get(type, {"", name}, stop_);
  if (!object && object.error().kind == core::ErrorKind::NotFound) return true;
  if (!object) return std::unexpected(object.error());
  return object->at("metadata").contains("deletionTimestamp");
}

core::Result<std::optional<core::Timestamp>> LastAdminGuard::let_go_at(const std::string& organization,
                                                                       const std::stop_token& stop) const {
  const auto lease = at_.client.get(core::types::leases(), {at_.ns, removals_lease_name(organization)}, stop);
  if (!lease && lease.error().kind == core::ErrorKind::NotFound) return std::nullopt;
  if (!lease) return std::unexpected(lease.error());
  const auto meta = core::parse_object_meta(lease->at("metadata"));
  if (!meta) return std::unexpected(meta.error());
  const auto at = core::parse_timestamp(meta->annotation(kLetGoAnnotation));
  return at ? std::optional(*at) : std::nullopt;
}

Verdict LastAdminGuard::decide(const admission::Review& review, const std::stop_token& stop) const {
  return Decision(at_, review, stop).run();
}

}  // namespace guildhall
