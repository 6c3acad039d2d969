#include "operator/store/sqlite_selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/store/sqlite_connection.hpp"
#include "operator/store/sqlite_schema.hpp"
#include "operator/store/sqlite_store.hpp"
#include "tests/unit/operator/store/temporary_directory.hpp"

namespace guildhall::store {
namespace {

using ::testing::HasSubstr;

TEST(WeekOf, CountsSevenDaysFrom1970InBothDirections) {
  constexpr std::int64_t kWeek = 7LL * 24 * 3600 * 1'000'000;
  EXPECT_EQ(week_of(0), 0);
  EXPECT_EQ(week_of(kWeek - 1), 0);
  EXPECT_EQ(week_of(kWeek), 1);
  EXPECT_EQ(week_of(-1), -1);
  EXPECT_EQ(week_of(-kWeek), -1);
}

struct Case {
  const char* name;
  core::AuditFilter filter;
  const char* plan;  ///< what SQLite says that it does
  bool sorts = false;
};

class SelectionTest : public ::testing::TestWithParam<Case> {
 protected:
  /// As EXPLAIN QUERY PLAN has it.
  std::string plan_of(const std::string& sql) {
    auto query = connection_->query("EXPLAIN QUERY PLAN " + sql);
    EXPECT_TRUE(query) << query.error().describe();
    std::string plan;
    while (query && *query->next())
      plan += std::string(query->text(3)) + "\n";
    return plan;
  }

 private:
  Connection* open() {
    const auto file = directory_.path() / "records.db";
    EXPECT_TRUE(SqliteStore(file).open());
    opened_ = std::make_unique<Connection>(*Connection::open(file, Connection::Access::ReadWrite));
    return opened_.get();
  }
  TemporaryDirectory directory_;
  std::unique_ptr<Connection> opened_;
  Connection* connection_ = open();
};

TEST_P(SelectionTest, TakesTheIndexWithoutSorting) {
  const auto organization = GetParam().filter.organization_uid.empty() ? std::nullopt : std::optional<std::int64_t>(1);
  const std::string plan = plan_of(select_newest_first(GetParam().filter, organization).sql);
  EXPECT_THAT(plan, HasSubstr(GetParam().plan));
  EXPECT_EQ(plan.find("TEMP B-TREE") != std::string::npos, GetParam().sorts) << plan;
}

core::AuditFilter filter_of(const char* uid, std::optional<std::string> action, std::optional<std::string> email,
                            std::optional<std::string> object) {
  core::AuditFilter filter;
  filter.organization_uid = uid;
  filter.action = std::move(action);
  filter.email = std::move(email);
  filter.object = std::move(object);
  return filter;
}

INSTANTIATE_TEST_SUITE_P(
    Filters, SelectionTest,
    ::testing::Values(Case{"All", {}, "INDEX by_time (time>? AND time<?)"},
                      Case{"Organization", filter_of("u", {}, {}, {}),
                           "INDEX by_organization (week=? AND organization=? AND time>? AND time<?)"},
                      Case{"Action", filter_of("u", "a", {}, {}),
                           "INDEX by_action (week=? AND action=? AND organization=? AND time>? AND time<?)"},
                      Case{"ActionOfAll", filter_of("", "a", {}, {}), "INDEX by_action (week=? AND action=?)", true},
                      Case{"Email", filter_of("u", {}, "e", {}),
                           "INDEX by_email (week=? AND email=? AND organization=? AND time>? AND time<?)"},
                      Case{"EmailAndAction", filter_of("u", "a", "e", {}),
                           "INDEX by_email (week=? AND email=? AND organization=?"},
                      Case{"NoEmail", filter_of("u", {}, "", {}), "INDEX by_organization (week=? AND organization=?"},
                      Case{"NoEmailOfAll", filter_of("", {}, "", {}), "INDEX by_time (time>? AND time<?)"},
                      Case{"Object", filter_of("u", "a", "e", "o"),
                           "INDEX by_object (week=? AND object=? AND organization=? AND time>? AND time<?)"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace guildhall::store
