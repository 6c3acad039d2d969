#include "operator/store/sqlite_store.hpp"

#include "tests/unit/operator/store/audit_store_suite.hpp"
#include "tests/unit/operator/store/temporary_directory.hpp"

namespace guildhall::store {
namespace {

class SqliteHolder final : public StoreHolder {
 public:
  explicit SqliteHolder(std::size_t segment_length) : segment_length_(segment_length) {}
  AuditStore& store() override { return *store_; }
  void reopen() override { store_.emplace(file_, Mode::ReadWrite, segment_length_); }

 private:
  TemporaryDirectory directory_;
  const std::filesystem::path file_ = directory_.path() / "records.db";
  const std::size_t segment_length_;
  std::optional<SqliteStore> store_{std::in_place, file_, Mode::ReadWrite, segment_length_};
};

INSTANTIATE_TEST_SUITE_P(
    Sqlite, AuditStoreSuite,
    ::testing::Values(Subject{.name = "Sqlite", .make = [] { return std::make_unique<SqliteHolder>(kSegmentLength); }},
                      Subject{.name = "SqliteOfShortSegments",
                              .make = [] { return std::make_unique<SqliteHolder>(2); }}),
    name_of_subject);

}  // namespace
}  // namespace guildhall::store
