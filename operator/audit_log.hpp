#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "controllers/organization/observed.hpp"
#include "operator/audit/gap.hpp"
#include "operator/core/audit_entry.hpp"
#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/store/log_writer.hpp"
#include "operator/store/sqlite_store.hpp"

namespace guildhall {

using controllers::organization::AuditRecording;
using controllers::organization::AuditTrouble;

/// The log in its store: written by the leader, read by every replica that has the volume. Thread-safe.
class AuditLog {
 public:
  struct Surroundings {
    std::filesystem::path file;
    const core::Clock& clock;
    core::Metrics& metrics;
    /// An Organization's log is in trouble, or out of it: its UID; "": any may be.
    std::function<void(const std::string& organization_uid)> wake;
  };

  explicit AuditLog(Surroundings surroundings);

  /// This process leads: it writes from now on. Returns at once; the file is opened, and looked through, by who writes.
  void begin();
  /// Writes what waits, as far as it can within that time.
  void end(std::chrono::milliseconds patience);

  /// Takes an entry for the log, which has each once. False: too many wait; hand it in again later.
  bool take(core::AuditEntry entry);
  /// Whether it is in the log, or on its way there. What cannot be told counts as no.
  [[nodiscard]] bool knows(const std::string& id);
  /// Of an Organization that was made then. Unset: not known yet, as the log is being looked through.
  [[nodiscard]] std::optional<AuditRecording> recording(const std::string& organization_uid,
                                                        core::Timestamp made) const;
  [[nodiscard]] bool has_room() const;

  /// Whether all that was taken is in the log.
  [[nodiscard]] bool is_complete() const { return writer_ && writer_->state().waiting == 0; }
  /// Told as trouble for a day after it.
  void set_gap(const audit::Gap& gap);
  /// Told as trouble of every Organization until this process ends: it must, for the file to be put right.
  void set_damage(const core::Error& error);

  /// For reading only.
  [[nodiscard]] store::AuditStore& reader() { return reader_; }
  /// The leader's own; null while this process does not lead.
  [[nodiscard]] store::AuditStore* writer() { return written_ ? &*written_ : nullptr; }
  /// Says how it is in metrics, and wakes whose state changed. Every few seconds.
  void report();

 private:
  void heard(std::span<const core::AuditEntry> durable, std::span<const core::RecordedEntry> added);
  bool look_at_gap();
  bool look_at_damage();
  bool look_at_start();
  [[nodiscard]] std::optional<AuditTrouble> trouble(const std::string& organization_uid, core::Timestamp made) const;
  [[nodiscard]] core::Result<void> try_to_write();
  void say(const store::LogWriterState& state, bool is_failing);
  /// Whose trouble began or ended, as the writer is now.
  std::vector<std::string> look_at_writer(const store::LogWriterState& state);
  void wake(const std::vector<std::string>& organizations) const;

  Surroundings at_;
  store::SqliteStore reader_;
  std::optional<store::SqliteStore> written_;
  std::unique_ptr<store::LogWriter> writer_;
  std::atomic<std::chrono::steady_clock::time_point> ask_again_at_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::string> waiting_;  ///< UID of the Organization, by the entry's id
  std::optional<audit::Gap> gap_;
  bool tells_of_gap_ = false;
  bool tells_of_failure_ = false;
  bool has_begun_ = false;                       ///< it was found out whether it can be written
  std::optional<AuditTrouble> failed_at_start_;  ///< until something could be written
  std::chrono::steady_clock::time_point next_try_;
  std::optional<AuditTrouble> damage_;
  bool tells_of_damage_ = false;
  std::unordered_map<std::string, AuditTrouble> troubled_;  ///< as each Organization was told last
};

}  // namespace guildhall
