#include "operator/plugin/entry_view.hpp"

#include <gtest/gtest.h>

#include "tests/unit/operator/plugin/entries.hpp"

namespace guildhall::plugin {
namespace {

TEST(EntryViewTest, ReadsWhoDidWhatWhen) {
  const EntryView entry = entry_view(role_change());
  EXPECT_EQ(entry.ns, "acme");
  EXPECT_EQ(name_of(entry), "auditentry.records.guildhall.dev/5f1e");
  EXPECT_EQ(entry.time, "2026-11-24T10:00:00Z");
  EXPECT_EQ(entry.actor, "ada@acme.example");
  EXPECT_EQ(entry.user, "oidc:ada");
  EXPECT_EQ(entry.action, "MemberRoleChanged");
  EXPECT_EQ(entry.object, "Member/jane");
  EXPECT_EQ(entry.changes, "spec.role: Viewer -> Editor, spec.state: Active -> <none>");
  EXPECT_EQ(entry.outcome + entry.credential + entry.source + entry.scope, "SuccessOIDCAdmissionOrganization");
  EXPECT_EQ(entry.index, 12);
}

TEST(EntryViewTest, NamesTheUserWhoIsNoMemberAndCountsWhatIsAlike) {
  const EntryView entry = entry_view(repair());
  EXPECT_EQ(entry.actor, "guildhall");
  EXPECT_EQ(entry.action, "MemberBindingRepaired (x3)");
  EXPECT_EQ(entry.note, "The binding was put back.");
  EXPECT_EQ(entry.changes, "");
}

TEST(EntryViewTest, ReadsWhatANewerServerMaySend) {
  for (const auto& odd : {nlohmann::json(), nlohmann::json::array(), nlohmann::json{{"changes", "all"}, {"count", "x"}},
                          nlohmann::json{{"changes", {1, {{"field", 2}}}}, {"metadata", 3}}})
    EXPECT_EQ(entry_view(odd).actor, "") << odd;
  EXPECT_EQ(entry_view({{"time", "at noon"}}).time, "at noon");
}

TEST(EntryViewTest, KeepsTheOrder) {
  const auto views = entry_views({repair(), role_change()});
  ASSERT_EQ(views.size(), 2U);
  EXPECT_EQ(views[0].name + views[1].name, "6a2b5f1e");
}

}  // namespace
}  // namespace guildhall::plugin
