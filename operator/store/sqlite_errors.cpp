#include "operator/store/sqlite_errors.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <string_view>
#include <system_error>

namespace guildhall::store {
namespace {

using core::ErrorKind;
namespace fs = std::filesystem;

constexpr std::string_view kEntriesWait = "entries wait until";

std::string free_room(const fs::path& file) {
  std::error_code error;
  const fs::space_info space = fs::space(file.parent_path(), error);
  return error ? "an unknown number of bytes" : fmt::format("{} bytes", space.available);
}

core::Error plain(ErrorKind kind, std::string message) {
  return {.kind = kind, .message = std::move(message), .object = {}, .reason = {}, .retry_after = {}, .cause = {}};
}

core::Error full(const fs::path& file) {
  return plain(ErrorKind::Unavailable, fmt::format("the volume of {} is full: {} free; {} there is room", file.string(),
                                                   free_room(file), kEntriesWait));
}

core::Error cannot_open(const SqliteFailure& failure, const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error) && !error)
    return plain(ErrorKind::NotFound, fmt::format("there is no {}", file.string()));
  return plain(ErrorKind::Unavailable,
               fmt::format("{} cannot be opened ({}): its directory has to be readable and writable for this process; "
                           "{} it is",
                           file.string(), failure.words, kEntriesWait));
}

bool has_no_room(const SqliteFailure& failure, const fs::path& file) {
  std::error_code error;
  const fs::space_info space = fs::space(file.parent_path(), error);
  return failure.code == SQLITE_IOERR_SHMSIZE && !error && space.available == 0;
}

core::Error broken_volume(const SqliteFailure& failure, const fs::path& file) {
  if (has_no_room(failure, file)) return full(file);
  return plain(ErrorKind::Unavailable,
               fmt::format("the volume of {} cannot be read or written ({}, SQLite {}): look at the volume; {} it can",
                           file.string(), failure.words, failure.code, kEntriesWait));
}

}  // namespace

core::Error damaged(const fs::path& file, std::string finding) {
  std::ranges::replace(finding, '\n', ' ');
  return plain(
      ErrorKind::Internal,
      fmt::format("{} is damaged ({}): stop Guildhall, keep a copy of the file with its -wal and -shm, and put "
                  "back a backup, or what `sqlite3 FILE .recover` saves of it; it is not touched",
                  file.string(), finding));
}

core::Error to_error(const SqliteFailure& failure, const fs::path& file) {
  switch (failure.code & 0xff) {
    case SQLITE_FULL:
      return full(file);
    case SQLITE_READONLY:
      return plain(ErrorKind::Unavailable,
                   fmt::format("{} or its volume is read-only; {} it can be written", file.string(), kEntriesWait));
    case SQLITE_IOERR:
      return broken_volume(failure, file);
    case SQLITE_CANTOPEN:
      return cannot_open(failure, file);
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return plain(ErrorKind::Unavailable,
                   fmt::format("{} may not be opened by this process; {} it may", file.string(), kEntriesWait));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return plain(ErrorKind::Unavailable,
                   fmt::format("another process holds {}; {} it lets go", file.string(), kEntriesWait));
    case SQLITE_NOMEM:
      return plain(ErrorKind::Unavailable, fmt::format("no memory to work on {}", file.string()));
    case SQLITE_CORRUPT:
      return damaged(file, failure.words);
    case SQLITE_NOTADB:
      return plain(ErrorKind::Invalid, fmt::format("{} is no SQLite database: move it away or name another file; it is "
                                                   "not touched",
                                                   file.string()));
    default:
      return plain(ErrorKind::Internal, fmt::format("{}: {} (SQLite {})", file.string(), failure.words, failure.code));
  }
}

}  // namespace guildhall::store
