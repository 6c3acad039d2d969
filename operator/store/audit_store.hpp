#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "operator/core/audit_entry.hpp"
#include "operator/core/audit_query.hpp"
#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/store/leaf_hash.hpp"

namespace guildhall::store {

/// Entries of a log, the newest first.
struct AuditPage {
  std::vector<core::RecordedEntry> entries;
  bool more = false;  ///< there are others after the last of them
  bool operator==(const AuditPage&) const = default;
};

/// Entries in the order in which they were recorded.
struct AuditTail {
  std::vector<core::RecordedEntry> entries;
  std::int64_t row = 0;  ///< all up to this one was looked at: where to go on
  bool operator==(const AuditTail&) const = default;
};

/// An Organization that has, or had, entries. Kept when retention has removed all of them.
struct KnownOrganization {
  core::AuditOrganization organization;          ///< as the entry recorded last has it
  std::uint64_t first_index = 0;                 ///< of the first entry that is still there; next_index when none is
  std::uint64_t next_index = 0;                  ///< of the next entry; so many were ever recorded
  std::optional<core::Timestamp> trimmed_until;  ///< what is older counts as known, as retention removed such entries
  bool operator==(const KnownOrganization&) const = default;
};

/// What ends a scan when it returns false.
using AuditVisitor = std::function<bool(core::RecordedEntry entry)>;

/// Where the audit log lasts. Thread-safe; reading does not wait for writing.
///
/// Guarantees:
/// - What append() returned is on the disk. When it fails nothing of its batch is in the log; only if the process ends
///   before the next append the whole batch may be found there, which an append of the same entries then skips.
/// - An id is recorded once, in whatever Organization's log.
/// - An Organization (by UID) counts its entries from 0 without a hole and never counts twice the same, also when
///   retention has removed entries. Rows are counted alike over all Organizations, from 1.
/// - "Newest first" is by time, and of the same time by row.
/// - The leaf hash (RFC 6962) of each entry is kept, also of those that retention removed.
///
/// Errors: Unavailable for what may pass (no room, a volume that cannot be written, a file that others hold); the same
/// call works when the cause is gone. Invalid for what the store refuses to touch or to take, Internal for a damaged
/// one.
class AuditStore {
 public:
  AuditStore() = default;
  AuditStore(const AuditStore&) = delete;
  AuditStore& operator=(const AuditStore&) = delete;
  virtual ~AuditStore() = default;

  /// Records in one transaction what is not yet known, in the given order, and returns that. Known is an id that is
  /// recorded, or came earlier in the batch; and an entry from before KnownOrganization::trimmed_until, whatever its
  /// id: so what retention removed does not come back. Errors: Invalid when an entry is not complete
  /// (check_complete); then none is recorded.
  virtual core::Result<std::vector<core::RecordedEntry>> append(std::span<const core::AuditEntry> entries) = 0;

  /// Those of the ids that are recorded, in the given order. What retention removed is not known by its id, but
  /// append() skips it.
  virtual core::Result<std::vector<std::string>> known(std::span<const std::string> ids) = 0;

  /// Up to `limit` entries, the newest first, of those that come strictly after `after` in that order. Pages that
  /// follow each other miss nothing and repeat nothing, also when entries are recorded meanwhile.
  ///
  /// AuditFilter::text is plain text of which ASCII letters match in either case; it is looked for in action, email,
  /// user, object ("Member/jane"), note, and of changes in field, old and new value. No index helps it: what the other
  /// conditions leave is read through until the page is full, about 1 µs an entry.
  virtual core::Result<AuditPage> page(const core::AuditFilter& filter, const std::optional<core::AuditPosition>& after,
                                       std::size_t limit) = 0;

  /// The entry of that id in that Organization's log; in whatever log, when the UID is empty. Unset: there is none.
  virtual core::Result<std::optional<core::RecordedEntry>> find(const std::string& organization_uid,
                                                                const std::string& id) = 0;

  /// Shows each entry that fits, the newest first, with constant memory. Between two calls of `visit` nothing is held
  /// for long, so it may take its time. What is recorded meanwhile may be shown or not.
  virtual core::Result<void> scan(const core::AuditFilter& filter, const AuditVisitor& visit) = 0;

  /// Up to `limit` entries with a greater row, the smallest first. `filter.text` as above.
  virtual core::Result<AuditTail> recorded_after(std::int64_t row, const core::AuditFilter& filter,
                                                 std::size_t limit) = 0;
  /// Of the entry that was recorded last, even if retention has removed it. 0: there was none.
  virtual core::Result<std::int64_t> newest_row() = 0;
  /// The greatest row that retention has removed, of whatever Organization. 0: there was none.
  virtual core::Result<std::int64_t> removed_row() = 0;

  /// Removes the entries of that Organization that are older than `before`, the oldest first, in transactions of some
  /// hundred, between which others write. Ends early when `stop` is requested. Returns how many it removed.
  virtual core::Result<std::uint64_t> trim(const std::string& organization_uid, core::Timestamp before,
                                           const std::stop_token& stop = {}) = 0;

  /// All of them, in order of their names, then UIDs.
  virtual core::Result<std::vector<KnownOrganization>> organizations() = 0;

  /// Up to `limit` leaf hashes of that Organization's log, from that index on.
  virtual core::Result<std::vector<LeafHash>> leaves(const std::string& organization_uid, std::uint64_t from_index,
                                                     std::size_t limit) = 0;

  /// Keeps a text under a name, for the caller; durable as an entry is.
  virtual core::Result<void> mark(const std::string& name, const std::string& text) = 0;
  /// Unset: nothing was kept under it.
  virtual core::Result<std::optional<std::string>> marked(const std::string& name) = 0;
};

/// Whether a store takes it, as what it records has to be readable: id, action, the Organization's name and UID, kind
/// and name of the object and each change's field are not empty, the year has four digits, and it tells of at least
/// one. Errors: Invalid, naming the member.
core::Result<void> check_complete(const core::AuditEntry& entry);

}  // namespace guildhall::store
