#include "operator/records/csv.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "tests/unit/operator/records/csv_reader.hpp"
#include "tests/unit/operator/records/some_entries.hpp"

namespace guildhall::records {
namespace {

std::string cell(std::string_view text) {
  std::string out;
  append_csv_cell(out, text);
  return out;
}

std::string row(const core::RecordedEntry& entry) {
  std::string out;
  append_csv_row(out, entry);
  return out;
}

TEST(Csv, HasTheColumnsOfTheContract) {
  EXPECT_EQ(csv_header(), "time,email,action,scope,outcome,object,changes,user,source,id,index\r\n");
  EXPECT_EQ(row(role_change()),
            "2026-11-24T10:12:00.000042Z,ada@acme.example,MemberRoleChanged,Organization,Success,Member/jane,"
            "spec.role: Viewer -> Editor,ada,Admission,00ff,41\r\n");
}

TEST(ACsvCell, IsQuotedWhereItMust) {
  EXPECT_EQ(cell(""), "");
  EXPECT_EQ(cell("plain text"), "plain text");
  EXPECT_EQ(cell("a,b"), "\"a,b\"");
  EXPECT_EQ(cell("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(cell("a\r\nb"), "\"a\r\nb\"");
  EXPECT_EQ(cell("a;b"), "\"a;b\"");
  EXPECT_EQ(cell(" a"), "\" a\"");
  EXPECT_EQ(cell("Zo\xc3\xab"), "Zo\xc3\xab");
}

TEST(ACsvCell, IsNoFormula) {
  for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
                              "\xEF\xBC\x9D"
                              "1",
                              "\xEF\xBC\x8B"
                              "1",
                              "\xEF\xBC\x8D"
                              "1",
                              "\xEF\xBC\xA0"
                              "x"})
    EXPECT_TRUE(cell(formula).starts_with("\"'")) << formula;
  EXPECT_EQ(cell("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(cell("a=1"), "a=1");
  EXPECT_EQ(cell("a-b@c"), "a-b@c");
}

TEST(ACsvCell, IsNoFormulaForAReaderOfOtherSeparators) {
  EXPECT_EQ(cell("x;=1"), "\"x;'=1\"");
  EXPECT_EQ(cell("x,=1"), "\"x,'=1\"");
  EXPECT_EQ(cell("x\t@a"), "\"x\t'@a\"");
  EXPECT_EQ(cell("x\n-1"), "\"x\n'-1\"");
  EXPECT_EQ(cell("x\",=1"), "\"x\"\",'=1\"");
  EXPECT_EQ(cell("x; =1"), "\"x; '=1\"");
  EXPECT_EQ(cell("  =1"), "\"  '=1\"");
}

TEST(ACsvCell, KeepsAnApostropheThatWasThere) {
  EXPECT_EQ(cell("'=1"), "\"''=1\"");
  EXPECT_EQ(cell("O'Brien"), "O'Brien");
  EXPECT_EQ(unguarded("''=1"), "'=1");
  EXPECT_EQ(unguarded("O'Brien"), "O'Brien");
  EXPECT_EQ(unguarded("'"), "'");
}

RC_GTEST_PROP(ACsvCell, OfAnyBytesComesBack, ()) {
  const std::string text = *nasty_text();
  const auto records = read_csv(cell(text) + ",x\r\n");
  RC_ASSERT(records.size() == 1U);
  RC_ASSERT(records[0].size() == 2U);
  RC_ASSERT(unguarded(records[0][0]) == text);
}

bool begins_formula(std::string_view cell) {
  const auto first = cell.find_first_not_of(" \"\t\r\n");
  return first != std::string_view::npos && std::string_view("=+-@").find(cell[first]) != std::string_view::npos;
}

/// As a spreadsheet does that takes one of these for the separator, and knows no quotes.
RC_GTEST_PROP(ACsvCell, OfAnyBytesBeginsNoFormulaForAnyReader, ()) {
  std::string text = cell(*nasty_text());
  const char separator = *rc::gen::elementOf(std::string(",;\t\"\n"));
  for (;;) {
    const auto end = text.find(separator);
    RC_ASSERT(!begins_formula(text.substr(0, end)));
    if (end == std::string::npos) break;
    text.erase(0, end + 1);
  }
}

RC_GTEST_PROP(ACsvCell, OfAnyBytesBeginsWithNoTabOrLineEnd, ()) {
  const auto records = read_csv(cell(*nasty_text()) + ",x\r\n");
  RC_ASSERT(std::string_view(records[0][0]).find_first_of("\t\r\n") != 0U);
}

RC_GTEST_PROP(ACsvRow, OfAnyEntryIsOneRecordOfElevenCells, ()) {
  const core::RecordedEntry entry = entry_of(nasty_text());
  const auto records = read_csv(row(entry) + row(role_change()));
  RC_ASSERT(records.size() == 2U);
  RC_ASSERT(records[0].size() == 11U);
  RC_ASSERT(records[1].size() == 11U);
  RC_ASSERT(unguarded(records[0][1]) == entry.entry.actor.email);
  RC_ASSERT(unguarded(records[0][5]) == entry.entry.object.to_string());
  RC_ASSERT(unguarded(records[0][6]) == csv_changes(entry.entry.changes));
  RC_ASSERT(unguarded(records[0][7]) == entry.entry.actor.user);
  RC_ASSERT(unguarded(records[0][9]) == entry.entry.id);
}

TEST(CsvChanges, CanBeTakenApart) {
  EXPECT_EQ(csv_changes({}), "");
  EXPECT_EQ(csv_changes({{"spec.role", "Viewer", "Editor"}, {"spec.state", "Active", ""}}),
            "spec.role: Viewer -> Editor; spec.state: Active -> ");
  EXPECT_EQ(csv_changes({{"a:b", "x -> y", "p; q\\"}}), "a\\:b: x -\\> y -> p\\; q\\\\");
}

/// Takes text until `end` stands there unescaped.
std::string take(std::string_view& text, std::string_view end) {
  std::string taken;
  while (!text.empty() && !text.starts_with(end)) {
    if (text.front() == '\\') text.remove_prefix(1);
    taken += text.front();
    text.remove_prefix(1);
  }
  text.remove_prefix(std::min(end.size(), text.size()));
  return taken;
}

RC_GTEST_PROP(CsvChanges, GiveBackEveryChange, ()) {
  const auto changes = entry_of(nasty_text()).entry.changes;
  const std::string written = csv_changes(changes);
  std::string_view text = written;
  std::vector<core::FieldChange> read;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    core::FieldChange& change = read.emplace_back();
    change.field = take(text, ": ");
    change.old_value = take(text, " -> ");
    change.new_value = take(text, "; ");
  }
  RC_ASSERT(read == changes);
}

}  // namespace
}  // namespace guildhall::records
