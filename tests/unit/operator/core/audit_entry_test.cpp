#include "operator/core/audit_entry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::core {
namespace {

using ::testing::HasSubstr;

AuditEntry full_entry() {
  return {.id = "00ff",
          .time = *parse_timestamp("2026-11-24T10:12:00.000042Z"),
          .organization = {.name = "acme", .uid = "u-1", .home = "acme-home"},
          .scope = AuditScope::Deployment,
          .action = "MemberRoleChanged",
          .outcome = AuditOutcome::Refused,
          .actor = {.email = "ada@acme.example", .user = "ada", .credential = "OIDC"},
          .source = AuditSource::Admission,
          .object = {.kind = "Member", .name = "jane", .uid = "u-2"},
          .changes = {{"spec.role", "Viewer", "Editor"}, {"spec.displayName", "", "Jane"}},
          .note = "a sentence",
          .count = 3};
}

AuditEntry small_entry() {
  return {.id = "01",
          .time = *parse_timestamp("2026-11-24T10:12:00Z"),
          .organization = {.name = "acme", .uid = "u-1", .home = ""},
          .scope = {},
          .action = "ApiKeyExpired",
          .outcome = {},
          .actor = {},
          .source = AuditSource::Reconciler,
          .object = {.kind = "ApiKey", .name = "grafana", .uid = ""},
          .changes = {},
          .note = ""};
}

TEST(AuditEntry, HasOneCanonicalForm) {
  EXPECT_EQ(canonical_audit_entry(full_entry()),
            R"({"action":"MemberRoleChanged","actor":{"credential":"OIDC","email":"ada@acme.example","user":"ada"},)"
            R"("changes":[{"field":"spec.role","new":"Editor","old":"Viewer"},)"
            R"({"field":"spec.displayName","new":"Jane"}],"count":3,"id":"00ff","note":"a sentence",)"
            R"("object":{"kind":"Member","name":"jane","uid":"u-2"},)"
            R"("organization":{"home":"acme-home","name":"acme","uid":"u-1"},"outcome":"Refused",)"
            R"("scope":"Deployment","source":"Admission","time":"2026-11-24T10:12:00.000042Z"})");
  EXPECT_EQ(canonical_audit_entry(small_entry()),
            R"({"action":"ApiKeyExpired","actor":{},"id":"01","object":{"kind":"ApiKey","name":"grafana"},)"
            R"("organization":{"name":"acme","uid":"u-1"},"outcome":"Success","scope":"Organization",)"
            R"("source":"Reconciler","time":"2026-11-24T10:12:00.000000Z"})");
}

TEST(AuditEntry, IsReadAsItWasWritten) {
  for (const AuditEntry& entry : {full_entry(), small_entry()}) {
    const auto read = parse_audit_entry(canonical_audit_entry(entry));
    ASSERT_TRUE(read) << read.error().describe();
    EXPECT_EQ(*read, entry);
  }
}

TEST(AuditEntry, OfBrokenTextIsStillAnEntry) {
  AuditEntry entry = small_entry();
  entry.actor.user =
      "a\xff"
      "b";
  const auto read = parse_audit_entry(canonical_audit_entry(entry));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->actor.user,
            "a\xEF\xBF\xBD"
            "b");
}

struct Broken {
  const char* pointer;
  nlohmann::json value;
  const char* says;
};

class BrokenAuditEntry : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenAuditEntry, IsRefusedByTheMember) {
  nlohmann::json whole = audit_entry_json(full_entry());
  whole[nlohmann::json::json_pointer(GetParam().pointer)] = GetParam().value;
  const auto read = parse_audit_entry(whole.dump());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::Invalid);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Members, BrokenAuditEntry,
    ::testing::Values(Broken{"/id", "", "id is missing"}, Broken{"/time", "noon", "time is no time"},
                      Broken{"/scope", "Cluster", "scope is none of its words"},
                      Broken{"/outcome", 1, "outcome is no text"}, Broken{"/source", "", "source is none"},
                      Broken{"/count", 0, "count is no number above zero"},
                      Broken{"/changes", "x", "changes is no list"},
                      Broken{"/changes/0", nlohmann::json::object(), "changes.field is missing"},
                      Broken{"/actor", 7, "actor is no object"}, Broken{"/actor/user", 7, "actor.user is no text"},
                      Broken{"/organization/uid", "", "organization.uid is missing"},
                      Broken{"/object/kind", "", "object.kind is missing"}));

TEST(AuditEntry, IsNoneWhereThereIsNoObject) {
  for (const char* text : {"", "[]", "7", "{"})
    EXPECT_FALSE(parse_audit_entry(text)) << text;
  EXPECT_FALSE(parse_audit_entry("{}"));
}

TEST(AuditWords, AreReadBack) {
  for (const auto scope : {AuditScope::Organization, AuditScope::Deployment})
    EXPECT_EQ(parse_audit_scope(word_of(scope)), scope);
  for (const auto outcome : {AuditOutcome::Success, AuditOutcome::Refused})
    EXPECT_EQ(parse_audit_outcome(word_of(outcome)), outcome);
  for (const auto source : {AuditSource::Admission, AuditSource::Gate, AuditSource::Reconciler, AuditSource::APIServer,
                            AuditSource::PublicPage})
    EXPECT_EQ(parse_audit_source(word_of(source)), source);
  EXPECT_FALSE(parse_audit_scope("organization"));
}

}  // namespace
}  // namespace guildhall::core
