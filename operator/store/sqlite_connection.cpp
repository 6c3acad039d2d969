#include "operator/store/sqlite_connection.hpp"

#include <sqlite3.h>

#include <utility>

#include "operator/store/sqlite_errors.hpp"

namespace guildhall::store {
namespace {

constexpr int kBusyMilliseconds = 5'000;

}  // namespace

void CloseConnection::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

void FinalizeStatement::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Query::Query(Query&& other) noexcept
    : connection_(other.connection_), statement_(std::exchange(other.statement_, nullptr)) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  rewind();
  sqlite3_clear_bindings(statement_);
}

void Query::bind(int place, std::int64_t value) {
  sqlite3_bind_int64(statement_, place, value);
}

void Query::bind(int place, std::string_view text) {
  // A null pointer would bind NULL.
  sqlite3_bind_text64(statement_, place, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Query::bind(int place, std::span<const std::uint8_t> bytes) {
  sqlite3_bind_blob64(statement_, place, bytes.data(), bytes.size(), SQLITE_STATIC);
}

core::Result<bool> Query::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  core::Error error = connection_->failure();
  rewind();
  return std::unexpected(std::move(error));
}

core::Result<void> Query::run() {
  auto row = next();
  if (!row) return std::unexpected(std::move(row.error()));
  rewind();
  return {};
}

void Query::rewind() {
  sqlite3_reset(statement_);
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string_view Query::text(int column) const {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): C API
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const std::uint8_t> Query::bytes(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Connection::Connection(sqlite3* handle, std::filesystem::path file) : file_(std::move(file)), handle_(handle) {}

core::Result<Connection> Connection::open(const std::filesystem::path& file, Access access) {
  const int how = access == Access::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &handle, how | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Connection connection(handle, file);
  if (code != SQLITE_OK) return std::unexpected(connection.failure());
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  // The -wal and -shm stay when the last one closes: whoever may only read could not make them.
  int keep = 1;
  sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  return connection;
}

core::Result<void> Connection::execute(const std::string& statements) {
  if (sqlite3_exec(handle_.get(), statements.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(failure());
}

core::Result<Query> Connection::query(const std::string& statement) {
  auto found = statements_.find(statement);
  if (found == statements_.end()) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), statement.data(), static_cast<int>(statement.size()),
                                        SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    if (code != SQLITE_OK) return std::unexpected(failure());
    found = statements_.emplace(statement, StatementHandle(prepared)).first;
  }
  return Query(*this, found->second.get());
}

core::Result<std::int64_t> Connection::integer_of(const std::string& statement) {
  auto asked = query(statement);
  if (!asked) return std::unexpected(std::move(asked.error()));
  auto row = asked->next();
  if (!row) return std::unexpected(std::move(row.error()));
  return asked->integer(0);
}

std::int64_t Connection::changes() const {
  return sqlite3_changes64(handle_.get());
}

bool Connection::has_moved() const {
  int moved = 0;
  return sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

core::Error Connection::failure() {
  has_failed_ = true;
  return to_error({.code = sqlite3_extended_errcode(handle_.get()), .words = sqlite3_errmsg(handle_.get())}, file_);
}

core::Result<Transaction> Transaction::begin(Connection& connection) {
  if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) return std::unexpected(std::move(begun.error()));
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  // Many failures have rolled it back already; then this one does not matter.
  if (connection_ != nullptr) static_cast<void>(connection_->execute("ROLLBACK"));
}

core::Result<void> Transaction::commit() {
  auto committed = connection_->execute("COMMIT");
  if (committed) connection_ = nullptr;
  return committed;
}

}  // namespace guildhall::store
