#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "operator/store/sqlite_connection.hpp"
#include "operator/store/sqlite_id_index.hpp"

namespace guildhall::store {

/// Whether this process may change the file.
enum class Mode { ReadWrite, ReadOnly };

/// What tells one file from another of the same name.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t number = 0;
  bool operator==(const FileIdentity&) const = default;
};

/// A database file: one connection that writes, one that looks for ids, and some that read meanwhile. They are opened
/// when they are needed, and anew after a failure, or when the file's name leads to another file. Thread-safe.
class SqliteFile {
  /// One that is open, with the -wal that it writes and reads.
  struct Kept {
    IndexedConnection indexed;
    std::optional<FileIdentity> wal;
    Connection& connection() { return indexed.connection; }
  };
  using Owned = std::unique_ptr<Kept>;
  using Pool = std::vector<Owned>;

 public:
  /// `segment_length`: of IdIndex.
  SqliteFile(std::filesystem::path path, Mode mode, std::size_t segment_length)
      : path_(std::move(path)), mode_(mode), segment_length_(segment_length) {}

  /// The connection that writes and the right to it.
  struct Writer {
    std::unique_lock<std::mutex> turn;
    IndexedConnection* indexed = nullptr;
  };
  /// Errors: Invalid in Mode::ReadOnly; as open().
  core::Result<Writer> writer();

  /// A connection that reads; it goes back at the end.
  class Reader {
   public:
    Reader(SqliteFile& file, Pool& pool, Owned connection, std::unique_lock<std::mutex> turn);
    Reader(Reader&&) = default;
    Reader& operator=(Reader&&) = delete;
    ~Reader();
    Connection& connection() { return connection_->connection(); }
    IndexedConnection& indexed() { return connection_->indexed; }

   private:
    SqliteFile* file_;
    Pool* pool_;  // where it goes back to
    Owned connection_;
    std::unique_lock<std::mutex> turn_;  // of the one of id_reader()
  };
  core::Result<Reader> reader();
  /// The only one that is asked for ids, as each index of them takes memory. Waits until nobody else has it.
  core::Result<Reader> id_reader();

  /// Opens it unless it is open. The first time it is made if it is not there, with its directory, for the owner alone;
  /// then never again: what is missing later may come back. A file is read through before it is written. Errors: those
  /// of to_error(), migrate(), check_version() and check_integrity().
  core::Result<void> open();
  /// Makes it as open() does, and of this version, and does not read it through. Before it is used. Errors: likewise.
  core::Result<void> prepare();
  /// Closes the connections that nobody reads by just now.
  void close_idle();
  /// Called before the connection that writes is opened. Before it is used by several threads.
  void before_opening(std::function<void()> call) { before_opening_ = std::move(call); }

 private:
  core::Result<void> open_locked();
  [[nodiscard]] bool has_lost_wal(const Kept& kept) const;
  core::Result<void> save_lost_wal();
  core::Result<Owned> connect(Connection::Access access);
  core::Result<Owned> connect_to_write();
  core::Result<Owned> open_to_write();
  core::Result<Owned> open_to_read();
  core::Result<void> make_ready_to_read();
  core::Result<Reader> reader_of(Pool& pool, std::unique_lock<std::mutex> turn);
  Owned take_idle(Pool& pool);

  const std::filesystem::path path_;
  const Mode mode_;
  std::function<void()> before_opening_ = [] {};
  const std::size_t segment_length_;

  std::mutex write_mutex_;
  Owned write_connection_;
  std::atomic<bool> was_checked_ = false;  // the file that is open, or was last
  std::atomic<bool> was_open_ = false;     // so the file exists, if perhaps not just now

  std::mutex id_mutex_;  // is locked before the others

  std::mutex idle_mutex_;  // is locked after the others
  Pool idle_;
  Pool idle_for_ids_;  // one at most
};

}  // namespace guildhall::store
