#include "operator/store/sqlite_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>
#include <utility>

#include "operator/store/sqlite_schema.hpp"

namespace guildhall::store {
namespace {

using core::ErrorKind;
using core::Result;
namespace fs = std::filesystem;

constexpr std::size_t kIdleReaders = 4;

/// FULL: durable when a commit returns. A checkpoint at 32 MB of WAL instead of SQLite's 4: a page that many commits
/// changed is written once. What is deleted is overwritten with zeros.
constexpr const char* kToWrite =
    "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; "
    "PRAGMA cache_size = -16384; PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF";
constexpr const char* kToRead =
    "PRAGMA query_only = ON; PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; "
    "PRAGMA trusted_schema = OFF";

Result<void> make_directory(const fs::path& file) {
  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (!error) return {};
  return core::fail(ErrorKind::Unavailable, fmt::format("the directory of {} is not there and cannot be made: {}",
                                                        file.string(), error.message()));
}

/// SQLite would give a new file the permissions of the umask. -wal and -shm get those of the file.
void make_file(const fs::path& file) {
  // Where it cannot be made SQLite will not open it either, and say why.
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) ::close(descriptor);
}

/// Which file the -wal is just now; unset: there is none.
std::optional<FileIdentity> wal_of(const fs::path& file) {
  struct stat found = {};
  const std::string wal = file.string() + "-wal";
  if (::stat(wal.c_str(), &found) != 0) return std::nullopt;
  return FileIdentity{.device = found.st_dev, .number = found.st_ino};
}

core::Error gone(const fs::path& file) {
  return {.kind = ErrorKind::Unavailable,
          .message = fmt::format("{} was there and has gone: put it back, or its volume; to begin a new log start "
                                 "Guildhall again; entries wait until then",
                                 file.string()),
          .object = {},
          .reason = {},
          .retry_after = {},
          .cause = {}};
}

}  // namespace

SqliteFile::Reader::Reader(SqliteFile& file, Pool& pool, Owned connection, std::unique_lock<std::mutex> turn)
    : file_(&file), pool_(&pool), connection_(std::move(connection)), turn_(std::move(turn)) {}

SqliteFile::Reader::~Reader() {
  if (connection_ == nullptr || connection().has_failed()) return;
  const std::scoped_lock lock(file_->idle_mutex_);
  if (pool_->size() < kIdleReaders) pool_->push_back(std::move(connection_));
}

Result<SqliteFile::Owned> SqliteFile::connect(Connection::Access access) {
  auto opened = Connection::open(path_, access);
  if (opened)
    return std::make_unique<Kept>(IndexedConnection{std::move(*opened), IdIndex(segment_length_)}, std::nullopt);
  const bool has_gone = was_open_ && opened.error().kind == ErrorKind::NotFound;
  return std::unexpected(has_gone ? gone(path_) : std::move(opened.error()));
}

/// Made if it never was there, and of this version.
Result<SqliteFile::Owned> SqliteFile::connect_to_write() {
  if (!was_open_) {
    if (auto done = make_directory(path_); !done) return std::unexpected(std::move(done.error()));
    make_file(path_);
  }
  auto opened = connect(Connection::Access::ReadWrite);
  if (!opened) return opened;
  if (auto done = migrate((*opened)->connection(), path_); !done) return std::unexpected(std::move(done.error()));
  return opened;
}

Result<void> SqliteFile::prepare() {
  const std::scoped_lock lock(write_mutex_);
  auto opened = connect_to_write();
  return opened ? Result<void>{} : std::unexpected(std::move(opened.error()));
}

Result<SqliteFile::Owned> SqliteFile::open_to_write() {
  auto opened = connect_to_write();
  if (!opened) return opened;
  Connection& connection = (*opened)->connection();
  if (auto done = connection.execute(kToWrite); !done) return std::unexpected(std::move(done.error()));
  (*opened)->wal = wal_of(path_);
  if (was_checked_) return opened;
  if (auto done = check_integrity(connection, path_); !done) return std::unexpected(std::move(done.error()));
  was_checked_ = true;
  was_open_ = true;
  return opened;
}

/// Somebody removed it under us, or put another in its place. What we write still goes into it, and would be lost with
/// this process.
bool SqliteFile::has_lost_wal(const Kept& kept) const {
  return wal_of(path_) != kept.wal;
}

/// What stands in the one that has no name any more goes into the file itself.
Result<void> SqliteFile::save_lost_wal() {
  close_idle();
  before_opening_();
  const auto busy = write_connection_->connection().integer_of("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!busy) return std::unexpected(busy.error());
  if (*busy != 0)
    return core::fail(ErrorKind::Unavailable, fmt::format("{}-wal was removed, and what it held is not yet in the file "
                                                          "itself, as somebody reads",
                                                          path_.string()));
  was_checked_ = false;
  return {};
}

Result<void> SqliteFile::open_locked() {
  if (write_connection_ != nullptr && write_connection_->connection().has_moved()) {
    was_checked_ = false;
  } else if (write_connection_ != nullptr && has_lost_wal(*write_connection_)) {
    if (auto saved = save_lost_wal(); !saved) return saved;
  }
  if (!was_checked_ || (write_connection_ != nullptr && write_connection_->connection().has_failed()))
    write_connection_.reset();
  if (write_connection_ != nullptr) return {};
  // Connections of a process share the -shm; while one that found it read-only lives, none may write.
  close_idle();
  before_opening_();
  auto opened = open_to_write();
  if (!opened) return std::unexpected(std::move(opened.error()));
  write_connection_ = std::move(*opened);
  return {};
}

Result<SqliteFile::Writer> SqliteFile::writer() {
  if (mode_ == Mode::ReadOnly)
    return core::fail(ErrorKind::Invalid, fmt::format("{} is open for reading only", path_.string()));
  Writer writer{.turn = std::unique_lock(write_mutex_)};
  if (auto done = open_locked(); !done) return std::unexpected(std::move(done.error()));
  writer.indexed = &write_connection_->indexed;
  return writer;
}

Result<SqliteFile::Owned> SqliteFile::open_to_read() {
  auto opened = connect(Connection::Access::ReadOnly);
  if (!opened) return opened;
  Connection& connection = (*opened)->connection();
  if (auto done = connection.execute(kToRead); !done) return std::unexpected(std::move(done.error()));
  if (auto done = check_version(connection, path_); !done) return std::unexpected(std::move(done.error()));
  (*opened)->wal = wal_of(path_);
  was_open_ = true;
  return opened;
}

/// Before the first reader of what this process writes: the file has to be there, migrated and whole. Who only reads
/// is told by what it reads; to look through a large log would hold up all that asks whether an entry is in it.
Result<void> SqliteFile::make_ready_to_read() {
  if (mode_ == Mode::ReadOnly) return {};
  const std::scoped_lock lock(write_mutex_);
  return was_checked_ ? Result<void>{} : open_locked();
}

void SqliteFile::close_idle() {
  const std::scoped_lock lock(idle_mutex_);
  idle_.clear();
  idle_for_ids_.clear();
}

/// Null: there is none of today's file.
SqliteFile::Owned SqliteFile::take_idle(Pool& pool) {
  const std::scoped_lock lock(idle_mutex_);
  while (!pool.empty()) {
    Owned taken = std::move(pool.back());
    pool.pop_back();
    if (!taken->connection().has_moved() && !has_lost_wal(*taken)) return taken;
    was_checked_ = false;
  }
  return nullptr;
}

Result<SqliteFile::Reader> SqliteFile::reader_of(Pool& pool, std::unique_lock<std::mutex> turn) {
  if (auto taken = take_idle(pool)) return Reader(*this, pool, std::move(taken), std::move(turn));
  if (auto done = make_ready_to_read(); !done) return std::unexpected(std::move(done.error()));
  auto opened = open_to_read();
  if (!opened) return std::unexpected(std::move(opened.error()));
  return Reader(*this, pool, std::move(*opened), std::move(turn));
}

Result<SqliteFile::Reader> SqliteFile::reader() {
  return reader_of(idle_, {});
}

Result<SqliteFile::Reader> SqliteFile::id_reader() {
  return reader_of(idle_for_ids_, std::unique_lock(id_mutex_));
}

Result<void> SqliteFile::open() {
  if (mode_ == Mode::ReadOnly) {
    auto opened = reader();
    if (!opened) return std::unexpected(std::move(opened.error()));
    return check_integrity(opened->connection(), path_);
  }
  auto opened = writer();
  if (!opened) return std::unexpected(std::move(opened.error()));
  return {};
}

}  // namespace guildhall::store
