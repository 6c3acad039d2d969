#include "operator/records/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <nlohmann/json.hpp>

#include "operator/core/printable.hpp"
#include "tests/unit/operator/records/some_entries.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;
using ::testing::EndsWith;
using ::testing::HasSubstr;

json row_of(const core::RecordedEntry& entry, RowObject rows = RowObject::Metadata) {
  std::string out;
  append_table_row(out, entry, "acme", {.form = Form::Table, .meta_version = "v1", .rows = rows});
  return json::parse(out);
}

std::string cell(const json& row, const std::string& column) {
  const json columns = json::parse(table_columns());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i]["name"] == column)
      return row["cells"][i].is_string() ? row["cells"][i].get<std::string>() : row["cells"][i].dump();
  }
  return "no such column";
}

TEST(ATableOfEntries, AnswersWhoDidWhatWhen) {
  std::string shown;
  std::string wide;
  for (const json& column : json::parse(table_columns()))
    (column["priority"] == 0 ? shown : wide) += column["name"].get<std::string>() + " ";
  EXPECT_EQ(shown, "Time Actor Action Object Changes Outcome ");
  EXPECT_EQ(wide, "User Credential Source Scope Index Name Note ");
}

TEST(ATableOfEntries, NamesItsEntriesForKubectl) {
  int names = 0;
  for (const json& column : json::parse(table_columns()))
    names += column["format"] == "name" && column["type"] == "string" ? 1 : 0;
  EXPECT_EQ(names, 1);
  EXPECT_EQ(cell(row_of(role_change()), "Name"), "00ff");
}

TEST(ARow, HasACellForEachColumn) {
  const json row = row_of(role_change());
  EXPECT_EQ(row["cells"].size(), json::parse(table_columns()).size());
  EXPECT_EQ(cell(row, "Time"), "2026-11-24T10:12:00Z");
  EXPECT_EQ(cell(row, "Actor"), "ada@acme.example");
  EXPECT_EQ(cell(row, "Action"), "MemberRoleChanged");
  EXPECT_EQ(cell(row, "Object"), "Member/jane");
  EXPECT_EQ(cell(row, "Changes"), "spec.role: Viewer -> Editor");
  EXPECT_EQ(cell(row, "Outcome"), "Success");
  EXPECT_EQ(cell(row, "User"), "ada");
  EXPECT_EQ(cell(row, "Credential"), "ClientCertificate");
  EXPECT_EQ(cell(row, "Source"), "Admission");
  EXPECT_EQ(cell(row, "Scope"), "Organization");
  EXPECT_EQ(cell(row, "Index"), "41");
  EXPECT_EQ(cell(row, "Note"), "<none>");
}

TEST(ARow, OfNoMemberSaysItsUser) {
  core::RecordedEntry entry = role_change();
  entry.entry.actor.email = "";
  EXPECT_EQ(cell(row_of(entry), "Actor"), "ada");
}

TEST(ARow, OfManyAlikeSaysHowMany) {
  core::RecordedEntry entry = role_change();
  entry.entry.count = 12;
  EXPECT_EQ(cell(row_of(entry), "Action"), "MemberRoleChanged (x12)");
}

TEST(ARow, CarriesTheObjectThatIsAskedFor) {
  EXPECT_EQ(row_of(role_change())["object"]["kind"], "PartialObjectMetadata");
  EXPECT_EQ(row_of(role_change())["object"]["metadata"]["name"], "00ff");
  EXPECT_EQ(row_of(role_change(), RowObject::Object)["object"]["kind"], "AuditEntry");
  EXPECT_EQ(row_of(role_change(), RowObject::None)["object"], nullptr);
}

TEST(ChangesAsText, SayWhatBecameOfWhat) {
  EXPECT_EQ(changes_text({}), "");
  EXPECT_EQ(changes_text({{"spec.role", "Viewer", "Editor"}, {"spec.owner", "", "jane"}, {"spec.state", "Active", ""}}),
            "spec.role: Viewer -> Editor, spec.owner: <none> -> jane, spec.state: Active -> <none>");
}

TEST(ACell, IsCut) {
  EXPECT_EQ(cell_text("", 5), "<none>");
  EXPECT_EQ(cell_text("12345", 5), "12345");
  EXPECT_EQ(cell_text("123456", 5), "1234\xE2\x80\xA6");
  EXPECT_EQ(cell_text("\xC3\xAB\xC3\xAB\xC3\xAB\xC3\xAB\xC3\xAB\xC3\xAB", 5),
            "\xC3\xAB\xC3\xAB\xC3\xAB\xC3\xAB\xE2\x80\xA6");
  EXPECT_THAT(cell_text(std::string(1'000'000, 'x'), 64), EndsWith("x\xE2\x80\xA6"));
}

TEST(ACell, OfLongChangesIsShort) {
  core::RecordedEntry entry = role_change();
  entry.entry.changes.assign(1000, {"spec.note", std::string(10'000, 'a'), std::string(10'000, 'b')});
  const std::string changes = cell(row_of(entry), "Changes");
  EXPECT_THAT(changes, HasSubstr("spec.note: aaaa"));
  EXPECT_EQ(core::width(changes), 64U);
}

RC_GTEST_PROP(ACell, OfAnyBytesSteersNoTerminal, ()) {
  const core::RecordedEntry entry = entry_of(nasty_text());
  const json row = row_of(entry);
  for (const json& one : row["cells"]) {
    const bool harmless = !one.is_string() || core::is_printable(one.get<std::string>());
    RC_ASSERT(harmless);
  }
}

RC_GTEST_PROP(ACell, OfAnyBytesIsNoWiderThanItMay, ()) {
  const auto width = *rc::gen::inRange<std::size_t>(6, 80);
  RC_ASSERT(core::width(cell_text(*nasty_text(), width)) <= width);
}

}  // namespace
}  // namespace guildhall::records
