#include "operator/records/entry_object.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/operator/records/some_entries.hpp"

namespace guildhall::records {
namespace {

using nlohmann::json;

json object_of(const core::RecordedEntry& entry, std::string_view ns) {
  std::string out;
  append_entry(out, entry, ns);
  return json::parse(out);
}

TEST(AnAuditEntry, HasTheShapeOfTheContract) {
  EXPECT_EQ(object_of(role_change(), "acme"), json::parse(R"({
    "apiVersion": "records.guildhall.dev/v1alpha1", "kind": "AuditEntry",
    "metadata": {"name": "00ff", "namespace": "acme", "uid": "00ff", "resourceVersion": "99",
                 "creationTimestamp": "2026-11-24T10:12:00Z"},
    "time": "2026-11-24T10:12:00.000042Z", "organization": {"name": "acme", "uid": "u-1"},
    "scope": "Organization", "action": "MemberRoleChanged", "outcome": "Success",
    "actor": {"email": "ada@acme.example", "user": "ada", "credential": "ClientCertificate"},
    "source": "Admission", "object": {"kind": "Member", "name": "jane", "uid": "u-2"},
    "changes": [{"field": "spec.role", "old": "Viewer", "new": "Editor"}], "index": 41})"));
}

TEST(AnAuditEntry, LeavesOutWhatItDoesNotHave) {
  core::RecordedEntry entry = role_change();
  entry.entry.actor = {.email = "", .user = "guildhall", .credential = ""};
  entry.entry.object.uid = "";
  entry.entry.changes = {{"spec.owner", "", "jane"}, {"spec.state", "Active", ""}};
  entry.entry.note = "twelve alike";
  entry.entry.count = 12;
  const json object = object_of(entry, "acme");
  EXPECT_EQ(object["actor"], json::parse(R"({"user": "guildhall"})"));
  EXPECT_EQ(object["object"], json::parse(R"({"kind": "Member", "name": "jane"})"));
  EXPECT_EQ(object["changes"],
            json::parse(R"([{"field": "spec.owner", "new": "jane"}, {"field": "spec.state", "old": "Active"}])"));
  EXPECT_EQ(object["note"], "twelve alike");
  EXPECT_EQ(object["count"], 12);
  entry.entry.changes.clear();
  EXPECT_FALSE(object_of(entry, "acme").contains("changes"));
}

TEST(AnAuditEntry, OfNoNamespaceStandsInItsHome) {
  core::RecordedEntry entry = role_change();
  EXPECT_EQ(object_of(entry, "")["metadata"]["namespace"], "acme-home");
  entry.entry.organization.home = "";
  EXPECT_EQ(object_of(entry, "")["metadata"]["namespace"], "acme");
}

TEST(AnAuditEntry, HasItsMetadataAlone) {
  std::string out;
  append_partial_metadata(out, role_change(), "acme", "v1");
  EXPECT_EQ(json::parse(out), json::parse(R"({"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata",
    "metadata": {"name": "00ff", "namespace": "acme", "uid": "00ff", "resourceVersion": "99",
                 "creationTimestamp": "2026-11-24T10:12:00Z"}})"));
}

RC_GTEST_PROP(AnAuditEntry, OfAnyTextIsJsonOnOneLine, ()) {
  std::string out;
  append_entry(out, entry_of(nasty_text()), *nasty_text());
  RC_ASSERT(json::accept(out));
  RC_ASSERT(out.find('\n') == std::string::npos);
}

}  // namespace
}  // namespace guildhall::records
