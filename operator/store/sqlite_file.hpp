#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "operator/store/sqlite_connection.hpp"

namespace guildhall::store {

/// Whether this process may change the file.
enum class Mode { ReadWrite, ReadOnly };

/// A database file: one connection that writes, and some that read meanwhile. They are opened when they are needed, and
/// anew after a failure, or when the file's name leads to another file. Thread-safe.
class SqliteFile {
 public:
  SqliteFile(std::filesystem::path path, Mode mode) : path_(std::move(path)), mode_(mode) {}

  /// The connection that writes and the right to it.
  struct Writer {
    std::unique_lock<std::mutex> turn;
    Connection* connection = nullptr;
  };
  /// Errors: Invalid in Mode::ReadOnly; as open().
  core::Result<Writer> writer();

  /// A connection that reads; it goes back at the end.
  class Reader {
   public:
    Reader(SqliteFile& file, std::unique_ptr<Connection> connection);
    Reader(Reader&&) = default;
    Reader& operator=(Reader&&) = delete;
    ~Reader();
    Connection& connection() { return *connection_; }

   private:
    SqliteFile* file_;
    std::unique_ptr<Connection> connection_;
  };
  core::Result<Reader> reader();

  /// Opens it unless it is open. The first time it is made if it is not there, with its directory, for the owner alone;
  /// then never again: what is missing later may come back. A file is read through before it is used. Errors: those of
  /// to_error(), migrate(), check_version() and check_integrity().
  core::Result<void> open();
  /// Closes the connections that nobody reads by just now.
  void close_idle();

 private:
  core::Result<void> open_locked();
  core::Result<std::unique_ptr<Connection>> connect(Connection::Access access);
  core::Result<std::unique_ptr<Connection>> open_to_write();
  core::Result<std::unique_ptr<Connection>> open_to_read();
  core::Result<void> make_ready_to_read();
  std::unique_ptr<Connection> take_idle();

  const std::filesystem::path path_;
  const Mode mode_;

  std::mutex write_mutex_;
  std::unique_ptr<Connection> write_connection_;
  std::atomic<bool> was_checked_ = false;  // the file that is open, or was last
  std::atomic<bool> was_open_ = false;     // so the file exists, if perhaps not just now

  std::mutex idle_mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace guildhall::store
