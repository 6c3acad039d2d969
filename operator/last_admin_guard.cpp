#include "operator/last_admin_guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "operator/admin_exceptions.hpp"
#include "operator/home_members.hpp"

namespace guildhall {

namespace {

namespace organization = controllers::organization;
using admission::Verdict;
using organization::PendingRemovals;
using organization::SeenMember;

using Members = std::vector<std::shared_ptr<const api::Member>>;

/// How often another's write of the Lease may come in between.
constexpr int kMostTries = 5;

/// `seen`: read after all that `pending` names was recorded.
bool is_staying(const std::optional<SeenMember>& seen, const std::string& uid, const PendingRemovals& pending,
                core::Timestamp now) {
  return seen && seen->uid == uid && organization::is_active_admin(*seen) &&
         organization::still_pending(pending, {*seen}, now).empty();
}

Verdict cannot_tell(const core::Error& error) {
  return admission::undecided("cannot tell whether another Admin stays, try again: " + error.describe());
}

}  // namespace

/// One review on its way.
class LastAdminGuard::Decision {
 public:
  Decision(const Surroundings& at, RememberedRemovals& remembered, const admission::Review& review,
           const std::stop_token& stop)
      : at_(at), remembered_(remembered), review_(review), stop_(stop) {}

  Verdict run();

 private:
  /// Unset: another wrote the Lease in between.
  std::optional<Verdict> try_once();
  std::optional<Verdict> record_first();
  std::optional<Verdict> decide_by_known();
  core::Result<bool> stays(const api::Member& known, core::Timestamp now);
  std::optional<Verdict> decide_by_all();
  [[nodiscard]] bool is_removal_of_one_of(const std::vector<SeenMember>& all) const;
  std::optional<Verdict> let_through(core::Timestamp now, std::optional<core::Timestamp> let_go);
  [[nodiscard]] RemovalsRecord with_this_removal(core::Timestamp now, std::optional<core::Timestamp> let_go) const;
  [[nodiscard]] std::optional<SeenMember> changed_form(const SeenMember& before) const;
  std::optional<Verdict> refuse_unless_excepted(const organization::LastAdminAnswer& answer);
  std::optional<Verdict> let_go_by_manage();
  [[nodiscard]] core::Result<AdminExceptions> exceptions() const;

  const Surroundings& at_;
  RememberedRemovals& remembered_;
  const admission::Review& review_;
  const std::stop_token& stop_;
  api::Member old_;
  std::optional<api::Member> new_;  ///< unset: it is to be deleted
  std::shared_ptr<const api::Organization> organization_;
  std::optional<HomeMembers> members_;
  std::optional<RemovalsLease> lease_;
  Members known_admins_;
  std::optional<SeenMember> other_;  ///< the one of those that was looked at last, as the API server has it
  core::Result<AdminExceptions> exceptions_;
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
  auto claimant = find_claimant(at_.members, old_.metadata.ns, stop_);
  if (!claimant) return cannot_tell(claimant.error());
  if (*claimant == nullptr) return admission::allow();
  organization_ = std::move(*claimant);
  members_.emplace(at_.members, organization_->metadata.name, old_.metadata.ns);
  lease_.emplace(at_.members.client, remembered_, at_.ns, organization_->metadata.name);
  for (int tries = 0; tries < kMostTries; ++tries) {
    if (auto verdict = try_once()) return *verdict;
  }
  return admission::refuse("other Admins of " + organization_->metadata.name +
                           " are being removed just now; try again");
}

std::optional<Verdict> LastAdminGuard::Decision::try_once() {
  const SeenMember before = members_->judge(old_, false);
  if (!organization::removes_admin(before, changed_form(before))) return admission::allow();
  known_admins_ = members_->known_admins_beside(old_);
  if (known_admins_.empty()) return decide_by_all();
  if (auto verdict = record_first()) return verdict;
  return decide_by_known();
}

/// Mostly the cache is right and nobody else removes an Admin: then it is recorded while the other Admin is read, which
/// is after all that the remembered Lease names; and nothing has been added to it when the write succeeds.
/// Unset: it was not so, nothing is recorded, and the long way is to be gone.
std::optional<Verdict> LastAdminGuard::Decision::record_first() {
  if (review_.dry_run || !lease_->recall()) return std::nullopt;
  const core::Timestamp now = at_.clock.now();
  const RemovalsRecord before = lease_->record();
  const api::Member& known = *known_admins_.front();
  const RemovalsRecord after = with_this_removal(now, before.let_go);
  auto recorded = std::async([&] { return lease_->write(organization_->metadata, after, stop_); });
  const auto other = members_->read(known, stop_);
  const auto is_recorded = recorded.get();
  if (!is_recorded) return cannot_tell(is_recorded.error());
  if (!*is_recorded) return std::nullopt;
  const bool stays = other && is_staying(*other, known.metadata.uid, before.pending, now);
  if (stays) return admission::allow();
  // Whether this succeeds or not: what stays on record holds others up for a while and lets nobody go.
  static_cast<void>(lease_->write(organization_->metadata, before, stop_));
  return std::nullopt;
}

/// The Lease is read, and beside it the Member that will most likely decide. What is read before the Lease counts only
/// for Members that the Lease does not name: a removal that it names may have come after the read.
std::optional<Verdict> LastAdminGuard::Decision::decide_by_known() {
  auto lease = std::async([this] { return lease_->read(stop_); });
  auto first = members_->read(*known_admins_.front(), stop_);
  if (const auto done = lease.get(); !done) return cannot_tell(done.error());
  if (!first) return cannot_tell(first.error());
  other_ = std::move(*first);
  const core::Timestamp now = at_.clock.now();
  for (const auto& known : known_admins_) {
    const auto another = stays(*known, now);
    if (!another) return cannot_tell(another.error());
    if (*another) return let_through(now, lease_->record().let_go);
  }
  return decide_by_all();
}

/// Whether it is an active Admin as the API server has it, and is not being removed.
core::Result<bool> LastAdminGuard::Decision::stays(const api::Member& known, core::Timestamp now) {
  const std::string& uid = known.metadata.uid;
  const auto pending = lease_->record().pending;
  if (&known != known_admins_.front().get() || organization::has_removal_of(pending, uid)) {
    auto again = members_->read(known, stop_);
    if (!again) return std::unexpected(again.error());
    other_ = std::move(*again);
  }
  return is_staying(other_, uid, pending, now);
}

/// All Members are read, and beside them what excepts: where nobody else is an active Admin, the Lease cannot change
/// that. Where somebody is, the Members are read again after a Lease that names any.
std::optional<Verdict> LastAdminGuard::Decision::decide_by_all() {
  auto asked = std::async([this] { return exceptions(); });
  auto all = members_->read_all(stop_);
  exceptions_ = asked.get();
  if (!all) return cannot_tell(all.error());
  if (!is_removal_of_one_of(*all)) return admission::allow();
  auto answer = organization::may_remove_admin(*all, {}, old_.metadata.uid);
  if (!answer.may_go) return refuse_unless_excepted(answer);
  if (const auto read = lease_->read(stop_); !read) return cannot_tell(read.error());
  const RemovalsRecord recorded = lease_->record();
  if (!recorded.pending.empty()) all = members_->read_all(stop_);
  if (!all) return cannot_tell(all.error());
  if (!is_removal_of_one_of(*all)) return admission::allow();
  const core::Timestamp now = at_.clock.now();
  answer =
      organization::may_remove_admin(*all, organization::still_pending(recorded.pending, *all, now), old_.metadata.uid);
  return answer.may_go ? let_through(now, recorded.let_go) : refuse_unless_excepted(answer);
}

/// As the API server has it, and not as the review does.
bool LastAdminGuard::Decision::is_removal_of_one_of(const std::vector<SeenMember>& all) const {
  const auto before = std::ranges::find(all, old_.metadata.uid, &SeenMember::uid);
  return before != all.end() && organization::removes_admin(*before, changed_form(*before));
}

/// `let_go`: what is noted of `manage`.
std::optional<Verdict> LastAdminGuard::Decision::let_through(core::Timestamp now,
                                                             std::optional<core::Timestamp> let_go) {
  if (review_.dry_run) return admission::allow();
  const auto written = lease_->write(organization_->metadata, with_this_removal(now, let_go), stop_);
  if (!written) return cannot_tell(written.error());
  return *written ? std::optional(admission::allow()) : std::nullopt;
}

RemovalsRecord LastAdminGuard::Decision::with_this_removal(core::Timestamp now,
                                                           std::optional<core::Timestamp> let_go) const {
  PendingRemovals pending = organization::unexpired(lease_->record().pending, now);
  pending[{old_.metadata.uid, old_.metadata.resource_version}] = core::floor_to_seconds(now);
  return {.pending = std::move(pending), .let_go = let_go};
}

/// The Member as it would be, judged like the standing one.
std::optional<SeenMember> LastAdminGuard::Decision::changed_form(const SeenMember& before) const {
  if (!new_) return std::nullopt;
  return members_->judge(*new_, before.standing == organization::Standing::Duplicate);
}

std::optional<Verdict> LastAdminGuard::Decision::refuse_unless_excepted(const organization::LastAdminAnswer& answer) {
  const std::string& of = organization_->metadata.name;
  if (!exceptions_) return cannot_tell(exceptions_.error());
  if (exceptions_->manages) return let_go_by_manage();
  if (exceptions_->goes_along) return admission::allow();
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

std::optional<Verdict> LastAdminGuard::Decision::let_go_by_manage() {
  if (const auto read = lease_->read(stop_); !read) return cannot_tell(read.error());
  const core::Timestamp now = at_.clock.now();
  return let_through(now, now);
}

core::Result<AdminExceptions> LastAdminGuard::Decision::exceptions() const {
  return ask_for_exceptions(
      at_.members.client,
      {.organization = organization_->metadata.name, .home = old_.metadata.ns, .user = review_.user}, stop_);
}

core::Result<std::optional<core::Timestamp>> LastAdminGuard::let_go_at(const std::string& organization,
                                                                       const std::stop_token& stop) const {
  RemovalsLease lease(at_.members.client, remembered_, at_.ns, organization);
  if (const auto read = lease.read(stop); !read) return std::unexpected(read.error());
  return lease.record().let_go;
}

Verdict LastAdminGuard::decide(const admission::Review& review, const std::stop_token& stop) const {
  return Decision(at_, remembered_, review, stop).run();
}

}  // namespace guildhall
