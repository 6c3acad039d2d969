#include "operator/log_upkeep.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "controllers/organization/caches.hpp"
#include "operator/core/duration.hpp"

namespace guildhall {

namespace {

namespace organization = controllers::organization;

constexpr std::chrono::seconds kCheckInterval{5};
constexpr std::chrono::minutes kMarkInterval{1};
constexpr std::chrono::hours kRetentionInterval{1};
constexpr std::chrono::seconds kStandingInterval{20};
constexpr const char* kCompleteUntil = "complete-until";
constexpr const char* kLastGap = "last-gap";
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
                 .ns = surroundings.ns}) {}

bool LogUpkeep::tick(bool lacks_some, const std::stop_token& stop) {
  if (at_.log.writer() == nullptr) return true;
  const core::Timestamp now = at_.clock.now();
  if (now >= next_check_) {
    next_check_ = now + kCheckInterval;
    if (is_another_log()) {
      begin_anew();
      return false;
    }
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
    keep_retention(stop);
  }
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
  // A log that is made now has no time before it that it could lack.
  if (!until) return true;
  if (const auto gap = audit::gap_since(*until, at_.clock.now(), at_.events_last)) tell(*gap, stop);
  return true;
}

void LogUpkeep::end_of_overflow(core::Timestamp since, const std::stop_token& stop) {
  if (const auto gap = audit::gap_since(since, at_.clock.now(), at_.events_last)) tell(*gap, stop);
}

void LogUpkeep::tell(const audit::Gap& gap, const std::stop_token& stop) {
  spdlog::warn("the log may lack entries: {}", audit::describe(gap));
  at_.log.set_gap(gap);
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

/// What the Organization says; of one that is gone, what it said last. Unset: for ever, or it cannot be told.
std::optional<std::chrono::seconds> LogUpkeep::retention_of(const std::string& uid) {
  store::AuditStore& store = *at_.log.writer();
  const auto marked = store.marked(retention_mark(uid));
  if (!marked) return std::nullopt;
  std::string text = marked->value_or(kDefaultRetention);
  const auto found = at_.informers.organizations.by_index(organization::kOrganizationsByUid, uid);
  if (!found.empty()) {
    const std::string said = found.front()->spec.audit.retention;
    if (said != text || !*marked) static_cast<void>(store.mark(retention_mark(uid), said));
    text = said;
  }
  const auto kept = core::parse_duration(text);
  if (!kept || kept->count() == 0) return std::nullopt;
  return *kept;
}

void LogUpkeep::keep_retention(const std::stop_token& stop) {
  store::AuditStore& store = *at_.log.writer();
  const auto all = store.organizations();
  if (!all) return;
  for (const store::KnownOrganization& one : *all) {
    if (stop.stop_requested()) return;
    const auto kept = retention_of(one.organization.uid);
    if (!kept) continue;
    const auto removed = store.trim(one.organization.uid, at_.clock.now() - *kept, stop);
    if (!removed)
      return spdlog::warn("what is older than is kept could not be removed from the log: {}",
                          removed.error().describe());
    if (*removed > 0)
      spdlog::info("{} entries of {} were older than it keeps them, and are removed", *removed, one.organization.name);
  }
}

}  // namespace guildhall
