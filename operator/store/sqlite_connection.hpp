#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "operator/core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace guildhall::store {

struct CloseConnection {
  void operator()(sqlite3* connection) const;
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const;
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

class Connection;

/// A prepared statement in use. Values are bound by reference: they outlive the next rewind(). What a row shows is good
/// until the next next() or rewind(). The connection outlives it and does not move meanwhile.
class Query {
 public:
  Query(Connection& connection, sqlite3_stmt* statement) : connection_(&connection), statement_(statement) {}
  Query(Query&& other) noexcept;
  Query& operator=(Query&&) = delete;
  ~Query();

  void bind(int place, std::int64_t value);
  void bind(int place, std::string_view text);
  void bind(int place, std::span<const std::uint8_t> bytes);
  /// The values of ?1, ?2, ...
  template <class... Values>
  void bind_all(const Values&... values) {
    int place = 0;
    (bind(++place, values), ...);
  }

  /// Whether there is another row.
  core::Result<bool> next();
  /// For one that has no rows to show: carries it out and makes ready for other values.
  core::Result<void> run();
  /// Ends it, so that it can be asked again.
  void rewind();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::span<const std::uint8_t> bytes(int column) const;

 private:
  Connection* connection_;
  sqlite3_stmt* statement_;  // the connection's
};

/// An open database. One thread at a time. Errors are those of to_error().
class Connection {
 public:
  enum class Access { ReadOnly, ReadWrite };

  /// Opens a file that is there.
  static core::Result<Connection> open(const std::filesystem::path& file, Access access);

  /// Statements without parameters whose rows do not matter.
  core::Result<void> execute(const std::string& statements);
  /// It is prepared once and kept. Two of the same text must not be in use at once.
  core::Result<Query> query(const std::string& statement);
  /// Of one row, the first column.
  core::Result<std::int64_t> integer_of(const std::string& statement);

  /// Rows that the last statement changed.
  [[nodiscard]] std::int64_t changes() const;
  /// Whether the file's name leads to another file by now, or to none.
  [[nodiscard]] bool has_moved() const;
  /// Whether something has failed, so that it is better opened anew.
  [[nodiscard]] bool has_failed() const { return has_failed_; }
  /// What failed last.
  core::Error failure();

 private:
  Connection(sqlite3* handle, std::filesystem::path file);

  std::filesystem::path file_;
  std::unique_ptr<sqlite3, CloseConnection> handle_;
  std::unordered_map<std::string, StatementHandle> statements_;  // they end before the connection does
  bool has_failed_ = false;
};

/// Rolled back at its end unless it was committed.
class Transaction {
 public:
  /// Waits until no other process writes.
  static core::Result<Transaction> begin(Connection& connection);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// Durable when it returns.
  core::Result<void> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;  // null: over
};

}  // namespace guildhall::store
