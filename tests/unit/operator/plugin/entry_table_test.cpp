#include "operator/plugin/entry_table.hpp"

#include <gmock/gmock.h>

#include "operator/core/printable.hpp"
#include "tests/unit/operator/plugin/entries.hpp"

namespace guildhall::plugin {
namespace {

using testing::EndsWith;

TEST(EntryTableTest, HasTheColumnsOfKubectl) {
  EXPECT_EQ(
      format_table(entry_table(entry_views({repair(), role_change()}), {})),
      "TIME                   ACTOR              ACTION                       OBJECT        CHANGES                "
      "                                     OUTCOME\n"
      "2026-11-24T11:00:00Z   guildhall          MemberBindingRepaired (x3)   Member/bob    <none>                 "
      "                                     Success\n"
      "2026-11-24T10:00:00Z   ada@acme.example   MemberRoleChanged            Member/jane   spec.role: Viewer -> "
      "Editor, spec.state: Active -> <none>   Success\n");
}

TEST(EntryTableTest, SaysMoreWhenItIsWide) {
  const Table table = entry_table({entry_view(repair())}, {.with_namespace = true, .wide = true});
  EXPECT_THAT(table.header, testing::ElementsAre("NAMESPACE", "TIME", "ACTOR", "ACTION", "OBJECT", "CHANGES", "OUTCOME",
                                                 "USER", "CREDENTIAL", "SOURCE", "SCOPE", "INDEX", "NAME", "NOTE"));
  EXPECT_THAT(table.rows.at(0),
              testing::ElementsAre("acme", "2026-11-24T11:00:00Z", "guildhall", "MemberBindingRepaired (x3)",
                                   "Member/bob", "", "Success", "guildhall", "", "Reconciler", "Organization", "13",
                                   "6a2b", "The binding was put back."));
}

TEST(EntryTableTest, CutsLongCellsBetweenCharacters) {
  EntryView entry = entry_view(role_change());
  entry.changes = "\x1b";
  for (int i = 0; i < 100; ++i)
    entry.changes += "ä";
  const std::string cell = entry_table({entry}, {}).rows.at(0).at(4);
  EXPECT_EQ(core::width(cell), 64U);
  EXPECT_TRUE(core::is_printable(cell)) << cell;
  EXPECT_THAT(cell, EndsWith("ää\xE2\x80\xA6"));
  entry.changes = std::string(64, 'x');
  EXPECT_EQ(entry_table({entry}, {}).rows.at(0).at(4), entry.changes);
}

TEST(EntryLineTest, IsOneLine) {
  EXPECT_EQ(entry_line(entry_view(role_change()), {}),
            "2026-11-24T10:00:00Z  ada@acme.example  MemberRoleChanged  Member/jane  Success  spec.role: Viewer -> "
            "Editor, spec.state: Active -> <none>");
  EXPECT_EQ(
      entry_line(entry_view(repair()), {.with_namespace = true, .wide = false}),
      "2026-11-24T11:00:00Z  acme  guildhall  MemberBindingRepaired (x3)  Member/bob  Success  The binding was put "
      "back.");
}

TEST(EntryLineTest, SteersNoTerminalAndHasEveryColumn) {
  auto entry = role_change();
  entry["actor"] = {{"user", "eve\n\x1b[2J"}};
  entry["changes"] = nlohmann::json::array();
  entry["outcome"] = "";
  EXPECT_EQ(entry_line(entry_view(entry), {}),
            "2026-11-24T10:00:00Z  eve\\x0a\\x1b[2J  MemberRoleChanged  Member/jane  <none>");
}

}  // namespace
}  // namespace guildhall::plugin
