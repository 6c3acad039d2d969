#pragma once

#include <filesystem>
#include <functional>

#include "operator/store/audit_store.hpp"
#include "operator/store/sqlite_file.hpp"

namespace guildhall::store {

/// The audit log in an SQLite file (WAL). One process writes it at a time, others of the same host may read it
/// meanwhile (Mode::ReadOnly, in which what would change it is Invalid).
///
/// Nothing happens before open() or the first other call. Whatever fails is tried anew by the next call, so a store may
/// be held while its file cannot be opened.
class SqliteStore final : public AuditStore {
 public:
  /// `segment_length`: rows after which a segment of the log ends (IdIndex). A file may have segments of several
  /// lengths.
  explicit SqliteStore(std::filesystem::path file, Mode mode = Mode::ReadWrite,
                       std::size_t segment_length = kSegmentLength)
      : file_(std::move(file), mode, segment_length) {}

  /// To hear early what is wrong: SqliteFile::open(). It reads the file through, about a second for each GB.
  core::Result<void> open() { return file_.open(); }
  /// That there is one, for who reads meanwhile: SqliteFile::prepare().
  core::Result<void> prepare() { return file_.prepare(); }

  /// Closes what nobody reads by just now. The stores of a process share the -shm of a file: while one that found it
  /// read-only has it open, none can write, also when the volume can be written again.
  void close_idle() { file_.close_idle(); }
  /// See SqliteFile: where other stores of the process are to close_idle().
  void before_opening(std::function<void()> call) { file_.before_opening(std::move(call)); }

  core::Result<std::vector<core::RecordedEntry>> append(std::span<const core::AuditEntry> entries) override;
  core::Result<std::vector<std::string>> known(std::span<const std::string> ids) override;
  core::Result<AuditPage> page(const core::AuditFilter& filter, const std::optional<core::AuditPosition>& after,
                               std::size_t limit) override;
  core::Result<std::optional<core::RecordedEntry>> find(const std::string& organization_uid,
                                                        const std::string& id) override;
  core::Result<void> scan(const core::AuditFilter& filter, const AuditVisitor& visit) override;
  core::Result<AuditTail> recorded_after(std::int64_t row, const core::AuditFilter& filter, std::size_t limit) override;
  core::Result<std::int64_t> newest_row() override;
  core::Result<std::int64_t> removed_row() override;
  core::Result<std::uint64_t> trim(const std::string& organization_uid, core::Timestamp before,
                                   const std::stop_token& stop) override;
  core::Result<std::vector<KnownOrganization>> organizations() override;
  core::Result<std::vector<LeafHash>> leaves(const std::string& organization_uid, std::uint64_t from_index,
                                             std::size_t limit) override;
  core::Result<void> mark(const std::string& name, const std::string& text) override;
  core::Result<std::optional<std::string>> marked(const std::string& name) override;

 private:
  SqliteFile file_;
};

}  // namespace guildhall::store
