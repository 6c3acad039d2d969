#include "operator/store/sqlite_store.hpp"

#include "tests/unit/operator/store/audit_store_suite.hpp"
#include "tests/unit/operator/store/temporary_directory.hpp"

namespace guildhall::store {
namespace {

class SqliteHolder final : public StoreHolder {
 public:
  AuditStore& store() override { return *store_; }
  void reopen() override { store_.emplace(file_); }

 private:
  TemporaryDirectory directory_;
  const std::filesystem::path file_ = directory_.path() / "records.db";
  std::optional<SqliteStore> store_{std::in_place, file_};
};

INSTANTIATE_TEST_SUITE_P(Sqlite, AuditStoreSuite,
                         ::testing::Values(Subject{.name = "Sqlite",
                                                   .make = [] { return std::make_unique<SqliteHolder>(); }}),
                         name_of_subject);

}  // namespace
}  // namespace guildhall::store
