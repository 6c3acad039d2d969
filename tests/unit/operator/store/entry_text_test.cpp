#include "operator/store/entry_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/operator/store/sample_entries.hpp"

namespace guildhall::store {
namespace {

TEST(EntryText, OfNothingStandsEverywhere) {
  const EntryText text("");
  EXPECT_TRUE(text.empty());
  EXPECT_TRUE(text.stands_in(sample_entry("01")));
  EXPECT_TRUE(text.may_stand_in("anything"));
}

TEST(EntryText, IsNotLookedForInTheNamesOfMembers) {
  EXPECT_FALSE(EntryText("credential").stands_in(sample_entry("01")));
  EXPECT_FALSE(EntryText("uid-of-jane").stands_in(sample_entry("01")));
}

TEST(EntryText, LeavesOutWhatCannotHaveIt) {
  const std::string canonical = core::canonical_audit_entry(sample_entry("01"));
  EXPECT_FALSE(EntryText("nowhere").may_stand_in(canonical));
  EXPECT_FALSE(EntryText("member/nobody").may_stand_in(canonical));
  EXPECT_TRUE(EntryText("MEMBER/JANE").may_stand_in(canonical));
}

rc::Gen<std::string> letters() {
  return rc::gen::container<std::string>(
      rc::gen::element('a', 'B', '/', '"', '\\', '\n', '\x01', '\x1f', '\x7f', '\0', 'n', 'u', '\xC3', '\xA4'));
}

/// A piece of what stands in the entry, in some other case.
RC_GTEST_PROP(EntryText, OfAPieceIsFound, ()) {
  core::AuditEntry entry = sample_entry("01");
  entry.note = *letters();
  entry.changes[0].new_value = *letters();
  entry.object.name = "x" + *letters();
  entry = *core::parse_audit_entry(core::canonical_audit_entry(entry));
  const std::string whole = *rc::gen::element(entry.note, entry.changes[0].new_value, entry.object.to_string());
  const auto begin = *rc::gen::inRange<std::size_t>(0, whole.size() + 1);
  std::string piece = whole.substr(begin, *rc::gen::inRange<std::size_t>(0, whole.size() - begin + 1));
  for (char& letter : piece)
    letter = letter == 'a' ? 'A' : letter == 'B' ? 'b' : letter;
  const EntryText text(piece);
  RC_ASSERT(text.stands_in(entry));
  RC_ASSERT(text.may_stand_in(core::canonical_audit_entry(entry)));
}

}  // namespace
}  // namespace guildhall::store
