#include "operator/log_upkeep.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "controllers/organization/caches.hpp"
#include "operator/core/duration.hpp"
#include "operator/runtime/deadline_stop.hpp"

namespace guildhall {

namespace {

namespace organization = controllers::organization;

constexpr std::chrono::seconds kCheckInterval{5};
constexpr std::chrono::minutes kMarkInterval{1};
constexpr std::chrono::hours kRetentionInterval{1};
constexpr std::chrono::seconds kStandingInterval{20};
constexpr const char* kCompleteUntil = "complete-until";
constexpr const char* kLastGap = "last-gap";
constexpr const char* kBegun = "begun";
/// So that what else there is to do does not wait.
constexpr std::chrono::seconds kTrimmingAtOnce{1};
/// As crds/organizations.yaml has it, for Organizations that are gone and never said.
constexpr const char* kDefaultRetention = "400d";

std::string retention_mark(const std::string& uid) {
  return "retention/" + uid;
}

}  // namespace

LogUpkeep::LogUpkeep(const Surroundings& surroundings)
    : at_(surroundings),
      standing_({.client = surroundings.client,
                 .informers = surroundings.informers,
                 .sealer = surroundings.sealer,
                 .trail = surroundings.trail,
                 .log = surroundings.log,
                 .ns = surroundings.ns}) {
  at_.metrics.count("guildhall_audit_gaps_total", {}, 0);
}

bool LogUpkeep::tick(bool lacks_some, const std::stop_token& stop) {
  if (at_.log.writer() == nullptr) return true;
  const core::Timestamp now = at_.clock.now();
  if (now >= next_check_) {
    next_check_ = now + kCheckInterval;
    if (is_another_log()) {
      begin_anew();
      return false;
    }
    note_retentions();
  }
  const bool marks = now >= next_mark_;
  if (marks) {
    next_mark_ = now + kMarkInterval;
    has_looked_ = has_looked_ || look_for_gap(stop);
  }
  if (!has_looked_) return true;
  const bool is_complete = !lacks_some && at_.log.is_complete();
  if (marks && is_complete) mark_complete(now);
  if (is_complete && now >= next_standing_) {
    next_standing_ = now + kStandingInterval;
    standing_.look(stop);
  }
  if (now >= next_retention_) {
    next_retention_ = now + kRetentionInterval;
    look_at_all_ages();
  }
  keep_retention(stop);
  return true;
}

/// One that was put in its place (a copy of an earlier time) has another mark, or fewer rows.
bool LogUpkeep::is_another_log() {
  store::AuditStore& store = *at_.log.writer();
  const auto row = store.newest_row();
  const auto marked = store.marked(kCompleteUntil);
  if (!row || !marked) return false;
  const bool has_another_mark = !last_mark_.empty() && marked->value_or("") != last_mark_;
  return std::exchange(last_row_, *row) > *row || has_another_mark;
}

void LogUpkeep::begin_anew() {
  spdlog::warn("the file of the audit log was exchanged; what Events still tell is written into it again");
  last_mark_.clear();
  has_looked_ = false;
  next_mark_ = {};
  retentions_.clear();
  standing_.read_again();
}

void LogUpkeep::mark_complete(core::Timestamp now) {
  std::string mark = core::format_timestamp(now);
  last_mark_.clear();
  if (at_.log.writer()->mark(kCompleteUntil, mark)) last_mark_ = std::move(mark);
}

bool LogUpkeep::look_for_gap(const std::stop_token& stop) {
  store::AuditStore& store = *at_.log.writer();
  const auto last = store.marked(kLastGap);
  if (!last) return false;
  if (const auto gap = audit::parse_gap(last->value_or(""))) at_.log.set_gap(*gap);
  const auto marked = store.marked(kCompleteUntil);
  if (!marked) return false;
  const auto until = core::parse_timestamp(marked->value_or(""));
  if (!until) return look_at_beginning(stop);
  if (const auto gap = audit::gap_since(*until, at_.clock.now(), at_.events_last)) tell(*gap, stop);
  return true;
}

/// A log that is made now lacks all that came before it: it may be the first, or its file may have gone with all that
/// was in it. When that was is kept, so that it is told once however often the process ends before it could be.
bool LogUpkeep::look_at_beginning(const std::stop_token& stop) {
  store::AuditStore& store = *at_.log.writer();
  const auto marked = store.marked(kBegun);
  if (!marked) return false;
  const core::Timestamp begun = core::parse_timestamp(marked->value_or("")).value_or(at_.clock.now());
  if (!*marked && !store.mark(kBegun, core::format_timestamp(begun))) return false;
  const audit::Gap gap = audit::gap_before(begun, at_.events_last);
  const auto all = at_.informers.organizations.list();
  const bool lacks_some =
      std::ranges::any_of(all, [&](const auto& one) { return audit::concerns(gap, one->metadata.creation_timestamp); });
  if (lacks_some) tell(gap, stop);
  return true;
}

void LogUpkeep::end_of_overflow(core::Timestamp since, const std::stop_token& stop) {
  if (const auto gap = audit::gap_since(since, at_.clock.now(), at_.events_last)) tell(*gap, stop);
}

void LogUpkeep::tell(const audit::Gap& gap, const std::stop_token& stop) {
  spdlog::warn("the log may lack entries: {}", audit::describe(gap));
  at_.log.set_gap(gap);
  at_.metrics.count("guildhall_audit_gaps_total", {}, 1);
  static_cast<void>(at_.log.writer()->mark(kLastGap, audit::format_gap(gap)));
  for (const auto& one : at_.informers.organizations.list()) {
    if (!audit::concerns(gap, one->metadata.creation_timestamp)) continue;
    const runtime::Regarding regarding{api::organization_type(), one->metadata.key(), one->metadata.uid};
    core::AuditNote note = audit::gap_note(gap);
    note.identity = one->metadata.uid + "/" + note.identity;
    if (const auto told = at_.trail.tell(regarding, note, stop); !told)
      spdlog::warn("the gap is not told of {}: {}", core::describe(regarding.type, regarding.key),
                   told.error().describe());
  }
}

/// What Organizations say, while they stand, for the time when they do not. What is kept for a shorter time now goes
/// now.
void LogUpkeep::note_retentions() {
  for (const auto& one : at_.informers.organizations.list()) {
    const auto noted = retentions_.find(one->metadata.uid);
    if (noted == retentions_.end() || noted->second != one->spec.audit.retention)
      note_retention(one->metadata.uid, one->spec.audit.retention);
  }
  std::erase_if(retentions_, [this](const auto& noted) {
    return at_.informers.organizations.by_index(organization::kOrganizationsByUid, noted.first).empty();
  });
}

void LogUpkeep::note_retention(const std::string& uid, const std::string& said) {
  store::AuditStore& store = *at_.log.writer();
  const auto marked = store.marked(retention_mark(uid));
  if (!marked) return;
  const bool is_news = marked->value_or("") != said;
  if (is_news && !store.mark(retention_mark(uid), said)) return;
  retentions_[uid] = said;
  if (is_news) to_trim_.insert(uid);
}

/// As it was noted, while the Organization stood. Unset: for ever, or it cannot be told.
std::optional<std::chrono::seconds> LogUpkeep::retention_of(const std::string& uid) {
  const auto marked = at_.log.writer()->marked(retention_mark(uid));
  if (!marked) return std::nullopt;
  const auto kept = core::parse_duration(marked->value_or(kDefaultRetention));
  if (!kept || kept->count() == 0) return std::nullopt;
  return *kept;
}

void LogUpkeep::look_at_all_ages() {
  const auto all = at_.log.writer()->organizations();
  if (!all) return;
  for (const store::KnownOrganization& one : *all)
    to_trim_.insert(one.organization.uid);
}

/// As many as there is time for; the others next time.
void LogUpkeep::keep_retention(const std::stop_token& stop) {
  if (to_trim_.empty()) return;
  const runtime::DeadlineStop until(at_.steady, at_.steady.now() + kTrimmingAtOnce, stop);
  while (!to_trim_.empty() && !until.token().stop_requested()) {
    const std::string uid = *to_trim_.begin();
    const auto kept = retention_of(uid);
    const auto removed =
        kept ? at_.log.writer()->trim(uid, at_.clock.now() - *kept, until.token()) : core::Result<std::uint64_t>(0);
    if (!removed) {
      to_trim_.clear();  // until the next hour
      return spdlog::warn("what is older than is kept could not be removed from the log: {}",
                          removed.error().describe());
    }
    if (*removed > 0)
      spdlog::info("{} entries of the Organization with UID {} were older than it keeps them, and are removed",
                   *removed, uid);
    if (!until.token().stop_requested()) to_trim_.erase(uid);
  }
}

}  // namespace guildhall
