#include "operator/audit_log.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace guildhall {

namespace {

/// A failure that is over by then is not told of.
constexpr std::chrono::seconds kPatience{10};
/// Between questions to a store that fails.
constexpr std::chrono::seconds kPause{2};
constexpr const char* kStoreUnavailable = "StoreUnavailable";
constexpr const char* kEntriesMissing = "EntriesMissing";

AuditTrouble describe(const core::Error& failure, core::Timestamp since) {
  return {.reason = kStoreUnavailable,
          .message = fmt::format("entries wait since {}, and nothing else does: {}", core::format_timestamp(since),
                                 failure.describe())};
}

}  // namespace

AuditLog::AuditLog(Surroundings surroundings) : at_(std::move(surroundings)), reader_(at_.file, store::Mode::ReadOnly) {
  at_.metrics.gauge("guildhall_audit_entries_waiting", {}, 0);
  at_.metrics.count("guildhall_audit_entries_recorded_total", {}, 0);
}

void AuditLog::begin() {
  written_.emplace(at_.file, store::Mode::ReadWrite);
  written_->before_opening([this] { reader_.close_idle(); });
  // For who asks what is in it. What stands in the way is found out again, and told, by who writes.
  static_cast<void>(written_->prepare());
  writer_ =
      std::make_unique<store::LogWriter>(*written_, at_.clock,
                                         [this](std::span<const core::AuditEntry> durable,
                                                std::span<const core::RecordedEntry> added) { heard(durable, added); });
}

/// It may be that it can be opened and has no room.
core::Result<void> AuditLog::try_to_write() {
  if (auto opened = written_->open(); !opened) return opened;
  return written_->mark("opened", core::format_timestamp(at_.clock.now()));
}

void AuditLog::end(std::chrono::milliseconds patience) {
  if (!writer_) return;
  if (!writer_->flush(std::chrono::steady_clock::now() + patience))
    spdlog::warn("{} entries are not in the log yet; the next leader takes them from their Events",
                 writer_->state().waiting);
}

bool AuditLog::take(core::AuditEntry entry) {
  if (!writer_) return false;
  const std::string id = entry.id;
  {
    const std::scoped_lock lock(mutex_);
    if (!waiting_.emplace(id, entry.organization.uid).second) return true;
  }
  const auto taken = writer_->submit(std::span(&entry, 1));
  if (taken) return true;
  {
    const std::scoped_lock lock(mutex_);
    waiting_.erase(id);
  }
  const bool is_full = taken.error().kind == core::ErrorKind::TooManyRequests;
  if (!is_full) spdlog::error("an entry that the log does not take: {}", taken.error().describe());
  return !is_full;
}

bool AuditLog::knows(const std::string& id) {
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.contains(id)) return true;
  }
  if (std::chrono::steady_clock::now() < ask_again_at_.load()) return false;
  const std::array ids{id};
  const auto known = reader_.known(ids);
  // One that cannot be opened may have to be read through to see that: not for each question.
  if (!known) ask_again_at_ = std::chrono::steady_clock::now() + kPause;
  return known && !known->empty();
}

bool AuditLog::has_room() const {
  return writer_ && writer_->state().waiting < store::LogWriterLimits{}.waiting / 2;
}

void AuditLog::heard(std::span<const core::AuditEntry> durable, std::span<const core::RecordedEntry> added) {
  at_.metrics.count("guildhall_audit_entries_recorded_total", {}, static_cast<double>(added.size()));
  const std::scoped_lock lock(mutex_);
  for (const core::AuditEntry& entry : durable)
    waiting_.erase(entry.id);
}

std::optional<AuditRecording> AuditLog::recording(const std::string& organization_uid, core::Timestamp made) const {
  const std::scoped_lock lock(mutex_);
  return has_begun_ ? std::optional(AuditRecording{trouble(organization_uid, made)}) : std::nullopt;
}

/// Under the lock.
std::optional<AuditTrouble> AuditLog::trouble(const std::string& organization_uid, core::Timestamp made) const {
  const auto found = troubled_.find(organization_uid);
  if (found != troubled_.end()) return found->second;
  if (failed_at_start_) return failed_at_start_;
  if (damage_) return damage_;
  if (!tells_of_gap_ || !audit::concerns(*gap_, made)) return std::nullopt;
  return AuditTrouble{.reason = kEntriesMissing, .message = audit::describe(*gap_)};
}

void AuditLog::set_gap(const audit::Gap& gap) {
  const std::scoped_lock lock(mutex_);
  gap_ = gap;
}

void AuditLog::set_damage(const core::Error& error) {
  const std::scoped_lock lock(mutex_);
  if (damage_) return;
  spdlog::error("the audit log cannot be read whole: {}", error.describe());
  damage_ = {.reason = kStoreUnavailable,
             .message = fmt::format("found at {}, entries are written as far as it goes: {}",
                                    core::format_timestamp(at_.clock.now()), error.describe())};
}

/// Whether it became known that it can be written, or that it cannot.
bool AuditLog::look_at_start() {
  {
    const std::scoped_lock lock(mutex_);
    if (has_begun_ && !failed_at_start_) return false;
  }
  if (std::chrono::steady_clock::now() < next_try_) return false;
  next_try_ = std::chrono::steady_clock::now() + kPause;
  const auto written = try_to_write();
  const std::scoped_lock lock(mutex_);
  const bool was_known = std::exchange(has_begun_, true) && failed_at_start_.has_value() == !written;
  if (was_known) return false;
  failed_at_start_.reset();
  if (written) return true;
  failed_at_start_ = describe(written.error(), at_.clock.now());
  spdlog::error("the audit log cannot be written, entries wait as Events: {}", written.error().describe());
  return true;
}

bool AuditLog::look_at_damage() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(tells_of_damage_, damage_.has_value()) != damage_.has_value();
}

/// Whether that changed.
bool AuditLog::look_at_gap() {
  const std::scoped_lock lock(mutex_);
  const bool tells = gap_ && at_.clock.now() < gap_->to + audit::kGapTold;
  return std::exchange(tells_of_gap_, tells) != tells;
}

/// In the operator's own log, once.
void AuditLog::say(const store::LogWriterState& state, bool is_failing) {
  if (std::exchange(tells_of_failure_, is_failing) == is_failing) return;
  if (is_failing)
    spdlog::error("the audit log cannot be written, entries wait as Events: {}", state.failure->describe());
  else
    spdlog::info("the audit log is written again");
}

std::vector<std::string> AuditLog::look_at_writer(const store::LogWriterState& state) {
  const bool is_failing = state.failure && state.failing_since && at_.clock.now() - *state.failing_since >= kPatience;
  say(state, is_failing);
  const std::scoped_lock lock(mutex_);
  std::set<std::string> waiting;
  for (const auto& [id, organization] : waiting_)
    waiting.insert(organization);
  std::vector<std::string> changed;
  const std::set<std::string> troubled = is_failing ? waiting : std::set<std::string>{};
  for (const std::string& uid : troubled) {
    if (troubled_.emplace(uid, describe(*state.failure, *state.failing_since)).second) changed.push_back(uid);
  }
  std::erase_if(troubled_, [&](const auto& one) {
    const bool is_over = !is_failing && !waiting.contains(one.first);
    if (is_over) changed.push_back(one.first);
    return is_over;
  });
  return changed;
}

void AuditLog::report() {
  if (!writer_) return;
  const store::LogWriterState state = writer_->state();
  at_.metrics.gauge("guildhall_audit_entries_waiting", {}, static_cast<double>(state.waiting));
  std::vector<std::string> changed = look_at_writer(state);
  const std::array news{look_at_gap(), look_at_damage(), look_at_start()};
  if (std::ranges::find(news, true) != news.end()) changed.emplace_back();
  wake(changed);
}

void AuditLog::wake(const std::vector<std::string>& organizations) const {
  for (const std::string& uid : organizations)
    at_.wake(uid);
}

}  // namespace guildhall
