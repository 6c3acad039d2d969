#include "operator/audit/sentence.hpp"

#include <gtest/gtest.h>

namespace guildhall::audit {
namespace {

core::AuditEntry entry(core::AuditActor actor, std::vector<core::FieldChange> changes) {
  core::AuditEntry one;
  one.actor = std::move(actor);
  one.changes = std::move(changes);
  return one;
}

TEST(Sentence, SaysWhoAndWhatChanged) {
  EXPECT_EQ(sentence(entry({"ada@acme.example", "oidc:ada", ""}, {{"spec.role", "Viewer", "Editor"}})),
            "ada@acme.example: spec.role Viewer -> Editor");
  EXPECT_EQ(sentence(entry({"", "ada", ""}, {{"spec.a", "", "1"}, {"spec.b", "2", ""}})),
            "ada: spec.a (none) -> 1, spec.b 2 -> (none)");
  EXPECT_EQ(sentence(entry({"", "ada", ""}, {})), "by ada");
}

TEST(Sentence, SaysWhatWasDeleted) {
  core::AuditEntry deleted =
      entry({"", "ada", ""}, {{"spec.email", "jane@acme.example", ""}, {"spec.role", "Viewer", ""}});
  deleted.action = "MemberDeleted";
  EXPECT_EQ(sentence(deleted), "ada: spec.email jane@acme.example, spec.role Viewer");
}

TEST(Sentence, IsNoLongerThanAnEventMaySay) {
  const std::string text = sentence(entry({"", "ada", ""}, {{"spec.a", std::string(2000, 'x'), "1"}}));
  EXPECT_LE(text.size(), 1024U);
  EXPECT_TRUE(text.ends_with(" ..."));
}

}  // namespace
}  // namespace guildhall::audit
