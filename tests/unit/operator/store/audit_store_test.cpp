#include "operator/store/audit_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/operator/store/sample_entries.hpp"

namespace guildhall::store {
namespace {

using ::testing::HasSubstr;

struct Case {
  const char* says;
  std::function<void(core::AuditEntry&)> spoil;
};

class CheckComplete : public ::testing::TestWithParam<Case> {};

/// What a store would take but could not read again would make its log unreadable.
TEST_P(CheckComplete, RefusesWhatCouldNotBeReadAgain) {
  core::AuditEntry entry = sample_entry("01");
  ASSERT_TRUE(check_complete(entry));
  GetParam().spoil(entry);
  const auto refused = check_complete(entry);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, core::ErrorKind::Invalid);
  EXPECT_THAT(refused.error().message, HasSubstr(GetParam().says));
  EXPECT_FALSE(core::parse_audit_entry(core::canonical_audit_entry(entry)));
}

INSTANTIATE_TEST_SUITE_P(
    Members, CheckComplete,
    ::testing::Values(Case{"id", [](core::AuditEntry& entry) { entry.id.clear(); }},
                      Case{"time", [](core::AuditEntry& entry) { entry.time = kNoon + std::chrono::years(8'000); }},
                      Case{"time", [](core::AuditEntry& entry) { entry.time = kNoon - std::chrono::years(2'100); }},
                      Case{"action", [](core::AuditEntry& entry) { entry.action.clear(); }},
                      Case{"organization.name", [](core::AuditEntry& entry) { entry.organization.name.clear(); }},
                      Case{"organization.uid", [](core::AuditEntry& entry) { entry.organization.uid.clear(); }},
                      Case{"object.kind", [](core::AuditEntry& entry) { entry.object.kind.clear(); }},
                      Case{"object.name", [](core::AuditEntry& entry) { entry.object.name.clear(); }},
                      Case{"changes.field", [](core::AuditEntry& entry) { entry.changes[0].field.clear(); }},
                      Case{"count", [](core::AuditEntry& entry) { entry.count = 0; }}));

}  // namespace
}  // namespace guildhall::store
