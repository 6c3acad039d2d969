#include "operator/last_admin_guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>
#include <nlohmann/json.hpp>
#include <string_view>

#include "controllers/organization/gather.hpp"
#include "controllers/organization/home.hpp"
#include "operator/removals_lease.hpp"

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
constexpr std::array<std::string_view, 3> kCollectors{
    "system:serviceaccount:kube-system:namespace-controller",
    "system:serviceaccount:kube-system:generic-garbage-collector",
    // Where its controllers have no ServiceAccounts of their own (--use-service-account-credentials=false).
    "system:kube-controller-manager"};

Verdict cannot_tell(const core::Error& error) {
  return admission::undecided("cannot tell whether another Admin stays, try again: " + error.describe());
}

}  // namespace

/// One review on its way.
class LastAdminGuard::Decision {
 public:
  Decision(const Surroundings& at, const admission::Review& review, const std::stop_token& stop)
      : at_(at), review_(review), stop_(stop) {}

  Verdict run();

 private:
  /// Unset: another wrote the Lease in between.
  std::optional<Verdict> try_once();
  [[nodiscard]] Members known_admins() const;
  [[nodiscard]] bool is_known_admin(const api::Member& member) const;
  core::Result<void> read();
  core::Result<std::optional<SeenMember>> read_member(const api::Member& known) const;
  core::Result<std::vector<SeenMember>> read_members() const;
  core::Result<bool> stays(const api::Member& known, core::Timestamp now);
  std::optional<Verdict> decide_by_all(core::Timestamp now);
  std::optional<Verdict> let_through(core::Timestamp now, std::optional<core::Timestamp> let_go);
  [[nodiscard]] std::optional<SeenMember> changed_form(const SeenMember& before) const;
  std::optional<Verdict> refuse_unless_excepted(const organization::LastAdminAnswer& answer);
  [[nodiscard]] core::Result<bool> may_manage() const;
  [[nodiscard]] bool is_collected() const;
  [[nodiscard]] core::Result<bool> is_going(const core::ResourceType& type, const std::string& name) const;

  const Surroundings& at_;
  const admission::Review& review_;
  const std::stop_token& stop_;
  api::Member old_;
  std::optional<api::Member> new_;  ///< unset: it is to be deleted
  std::shared_ptr<const api::Organization> organization_;
  std::optional<RemovalsLease> lease_;
  Members known_admins_;
  std::optional<SeenMember> other_;             ///< the one of those that was looked at last, as the API server has it
  std::optional<std::vector<SeenMember>> all_;  ///< read where the cache knows of no other Admin
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
  lease_.emplace(at_.client, at_.ns, organization_->metadata.name);
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
  known_admins_ = known_admins();
  if (const auto done = read(); !done) return cannot_tell(done.error());
  const core::Timestamp now = at_.clock.now();
  for (const auto& known : known_admins_) {
    const auto another = stays(*known, now);
    if (!another) return cannot_tell(another.error());
    if (*another) return let_through(now, lease_->let_go());
  }
  return decide_by_all(now);
}

/// As the cache has it.
bool LastAdminGuard::Decision::is_known_admin(const api::Member& member) const {
  const auto namesakes = at_.caches.members.by_index(organization::kMembersByEmail, organization::email_key(member));
  const bool has_older_namesake = std::ranges::any_of(
      namesakes, [&](const auto& other) { return organization::is_older_namesake(*other, member); });
  return organization::is_active_admin(
      organization::small_form(member, organization_->metadata.name, has_older_namesake, at_.sealer, at_.identity));
}

/// The other Admins that the cache knows, or some of them. One that stays is enough, so mostly not all Members have to
/// be read: before it answers a list the API server waits until its cache has caught up with its store
/// (ConsistentListFromCache).
Members LastAdminGuard::Decision::known_admins() const {
  Members known;
  for (const auto& member : at_.caches.members.by_index(organization::kMembersByNamespace, old_.metadata.ns)) {
    const bool is_another = member->spec.role == api::MemberRole::Admin && member->metadata.uid != old_.metadata.uid;
    if (is_another && is_known_admin(*member)) known.push_back(member);
    if (known.size() == kMostLooks) break;
  }
  return known;
}

/// The Lease, and beside it the Members that will most likely decide. What is read before the Lease counts only for
/// Members that the Lease does not name: a removal that it names may have come after the read.
core::Result<void> LastAdminGuard::Decision::read() {
  other_.reset();
  all_.reset();
  auto lease = std::async([this] { return lease_->read(stop_); });
  core::Result<void> members;
  if (known_admins_.empty()) {
    auto all = read_members();
    if (all) all_ = std::move(*all);
    if (!all) members = std::unexpected(all.error());
  } else {
    auto first = read_member(*known_admins_.front());
    if (first) other_ = std::move(*first);
    if (!first) members = std::unexpected(first.error());
  }
  const auto read = lease.get();
  return members ? read : members;
}

/// Unset: it is gone.
core::Result<std::optional<SeenMember>> LastAdminGuard::Decision::read_member(const api::Member& known) const {
  const auto object = at_.client.get(api::member_type(), known.metadata.key(), stop_);
  if (!object && object.error().kind == core::ErrorKind::NotFound) return std::nullopt;
  if (!object) return std::unexpected(object.error());
  const auto member = api::parse_member(*object);
  if (!member) return std::unexpected(member.error());
  return organization::small_form(*member, organization_->metadata.name, false, at_.sealer, at_.identity);
}

/// Whether it is an active Admin as the API server has it, and is not being removed.
core::Result<bool> LastAdminGuard::Decision::stays(const api::Member& known, core::Timestamp now) {
  const std::string& uid = known.metadata.uid;
  const auto pending = lease_->pending();
  if (&known != known_admins_.front().get() || pending.contains(uid)) {
    auto again = read_member(known);
    if (!again) return std::unexpected(again.error());
    other_ = std::move(*again);
  }
  return other_ && other_->uid == uid && organization::is_active_admin(*other_) &&
         !organization::still_pending(pending, {*other_}, now).contains(uid);
}

std::optional<Verdict> LastAdminGuard::Decision::decide_by_all(core::Timestamp now) {
  const PendingRemovals recorded = lease_->pending();
  if (!all_ || !recorded.empty()) {
    auto read = read_members();
    if (!read) return cannot_tell(read.error());
    all_ = std::move(*read);
  }
  const auto before = std::ranges::find(*all_, old_.metadata.uid, &SeenMember::uid);
  if (before == all_->end() || !organization::removes_admin(*before, changed_form(*before))) return admission::allow();
  const auto answer =
      organization::may_remove_admin(*all_, organization::still_pending(recorded, *all_, now), old_.metadata.uid);
  return answer.may_go ? let_through(now, lease_->let_go()) : refuse_unless_excepted(answer);
}

/// `let_go`: what is noted of `manage`.
std::optional<Verdict> LastAdminGuard::Decision::let_through(core::Timestamp now,
                                                             std::optional<core::Timestamp> let_go) {
  if (review_.dry_run) return admission::allow();
  PendingRemovals pending = organization::unexpired(lease_->pending(), now);
  pending[old_.metadata.uid] = {.since = core::floor_to_seconds(now), .version = old_.metadata.resource_version};
  const auto written = lease_->write(organization_->metadata, pending, let_go, stop_);
  if (!written) return cannot_tell(written.error());
  return *written ? std::optional(admission::allow()) : std::nullopt;
}

core::Result<std::vector<SeenMember>> LastAdminGuard::Decision::read_members() const {
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
  return organization::small_forms(members, organization_->metadata.name, at_.sealer, at_.identity);
}

/// The Member as it would be, judged like the standing one.
std::optional<SeenMember> LastAdminGuard::Decision::changed_form(const SeenMember& before) const {
  if (!new_) return std::nullopt;
  return organization::small_form(*new_, organization_->metadata.name,
                                  before.standing == organization::Standing::Duplicate, at_.sealer, at_.identity);
}

/// All that may except it is asked at once: somebody waits for the answer.
std::optional<Verdict> LastAdminGuard::Decision::refuse_unless_excepted(const organization::LastAdminAnswer& answer) {
  const std::string& of = organization_->metadata.name;
  auto organization_goes = std::async([&] { return is_going(api::organization_type(), of); });
  auto home_goes = std::async([&] { return is_going(core::types::namespaces(), old_.metadata.ns); });
  const auto manages = may_manage();
  const std::array goes{organization_goes.get(), home_goes.get()};
  if (!manages) return cannot_tell(manages.error());
  const core::Timestamp now = at_.clock.now();
  if (*manages) return let_through(now, now);
  if (is_collected()) return admission::allow();
  for (const auto& one : goes) {
    if (!one) return cannot_tell(one.error());
    if (*one) return admission::allow();
  }
  const std::string& name = old_.metadata.name;
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

core::Result<bool> LastAdminGuard::Decision::may_manage() const {
  return at_.client.review_access({.user = review_.user.username,
                                   .groups = review_.user.groups,
                                   .verb = "manage",
                                   .group = api::organization_type().group,
                                   .resource = api::organization_type().plural,
                                   .ns = {},
                                   .name = organization_->metadata.name},
                                  stop_);
}

/// It goes with its owner or its home.
bool LastAdminGuard::Decision::is_collected() const {
  return std::ranges::find(kCollectors, review_.user.username) != kCollectors.end();
}

core::Result<bool> LastAdminGuard::Decision::is_going(const core::ResourceType& type, const std::string& name) const {
  const auto object = at_.client.get(type, {"", name}, stop_);
  if (!object && object.error().kind == core::ErrorKind::NotFound) return true;
  if (!object) return std::unexpected(object.error());
  return object->at("metadata").contains("deletionTimestamp");
}

core::Result<std::optional<core::Timestamp>> LastAdminGuard::let_go_at(const std::string& organization,
                                                                       const std::stop_token& stop) const {
  RemovalsLease lease(at_.client, at_.ns, organization);
  if (const auto read = lease.read(stop); !read) return std::unexpected(read.error());
  return lease.let_go();
}

Verdict LastAdminGuard::decide(const admission::Review& review, const std::stop_token& stop) const {
  return Decision(at_, review, stop).run();
}

}  // namespace guildhall
