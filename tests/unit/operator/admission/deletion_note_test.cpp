#include "operator/admission/deletion_note.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::admission {
namespace {

using core::FieldChange;
using nlohmann::json;
using ::testing::ElementsAre;

const core::Timestamp kNow = *core::parse_timestamp("2026-11-24T10:00:00Z");

json jane() {
  return {{"apiVersion", "guildhall.dev/v1alpha1"},
          {"kind", "Member"},
          {"metadata", {{"name", "jane"}, {"namespace", "acme"}, {"uid", "u-1"}, {"resourceVersion", "7"}}},
          {"spec", {{"email", "jane@acme.example"}, {"role", "Viewer"}}}};
}

Review deletion(json object = jane()) {
  return {.uid = "r-1",
          .operation = Operation::Delete,
          .resource = "members",
          .ns = "acme",
          .name = "",
          .user = {.name = "ada",
                   .uid = {},
                   .groups = {},
                   .extra = {{"authentication.kubernetes.io/credential-id", {"X509SHA256=ab"}}}},
          .dry_run = false,
          .object = nullptr,
          .old_object = std::move(object)};
}

TEST(DeletionNote, SaysWhoDeletedWhatItWas) {
  const auto note = deletion_note(deletion(), false, kNow);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->action.text(), "MemberDeleted");
  EXPECT_EQ(note->actor, (core::AuditActor{"", "ada", "ClientCertificate"}));
  EXPECT_EQ(note->source, core::AuditSource::Admission);
  EXPECT_THAT(note->changes,
              ElementsAre(FieldChange{"spec.email", "jane@acme.example", ""}, FieldChange{"spec.role", "Viewer", ""}));
  EXPECT_EQ(deletion_note(deletion(), true, kNow)->action.text(), "MemberLeft");
}

TEST(DeletionNote, IsTheSameWhenTheApiServerAsksAgain) {
  const std::string identity = deletion_note(deletion(), false, kNow)->identity;
  Review again = deletion();
  again.uid = "r-2";
  EXPECT_EQ(deletion_note(again, false, kNow + std::chrono::seconds(9))->identity, identity);
  EXPECT_NE(deletion_note(again, false, kNow + std::chrono::seconds(10))->identity, identity) << "later is another";
  Review bob = deletion();
  bob.user.name = "bob";
  EXPECT_NE(deletion_note(bob, false, kNow)->identity, identity);
  json next = jane();
  next["metadata"]["uid"] = "u-2";
  EXPECT_NE(deletion_note(deletion(next), false, kNow)->identity, identity);
}

TEST(DeletionNote, IsNoneOfWhatDoesNotBeginNow) {
  Review dry = deletion();
  dry.dry_run = true;
  EXPECT_FALSE(deletion_note(dry, false, kNow));
  json deleting = jane();
  deleting["metadata"]["deletionTimestamp"] = "2026-11-24T10:00:00Z";
  EXPECT_FALSE(deletion_note(deletion(deleting), false, kNow));
  json other = jane();
  other["kind"] = "Invoice";
  EXPECT_FALSE(deletion_note(deletion(other), false, kNow)) << "a kind without such an action";
}

TEST(DeletionNote, OfAnObjectOfAnyShapeIsMade) {
  for (const json& spec : {json(7), json::array(), json(nullptr), json{{"a", json::array({1, {{"b", 2}}})}}}) {
    json odd = jane();
    odd["spec"] = spec;
    EXPECT_TRUE(deletion_note(deletion(odd), false, kNow)) << spec;
  }
}

TEST(RefusalNote, SaysWhatWasAskedForAndWhy) {
  Review change = deletion();
  change.operation = Operation::Update;
  change.object = jane();
  change.object["spec"]["role"] = "Admin";
  const auto note = refusal_note(change, "MemberRemovalRefused", "the last one");
  ASSERT_TRUE(note);
  EXPECT_EQ(note->note, "the last one");
  EXPECT_THAT(note->changes, ElementsAre(FieldChange{"spec.role", "Viewer", "Admin"}));
  const auto refused_deletion = refusal_note(deletion(), "MemberRemovalRefused", "the last one");
  EXPECT_THAT(refused_deletion->changes, ElementsAre(FieldChange{"object", "", "deleted"}));
  change.dry_run = true;
  EXPECT_FALSE(refusal_note(change, "MemberRemovalRefused", ""));
}

TEST(ReviewedObject, IsNamedByTheObjectItself) {
  const auto object = reviewed_object(deletion());
  ASSERT_TRUE(object);
  EXPECT_EQ(object->type, (core::ResourceType{"guildhall.dev", "v1alpha1", "members", "Member", true}));
  EXPECT_EQ(object->key, (core::ObjectKey{"acme", "jane"})) << "the review of a collection's deletion has no name";
  EXPECT_EQ(object->uid, "u-1");
  json organization = jane();
  organization["metadata"].erase("namespace");
  EXPECT_FALSE(reviewed_object(deletion(organization))->type.namespaced);
  EXPECT_FALSE(reviewed_object(deletion(json{{"kind", "Member"}})));
}

}  // namespace
}  // namespace guildhall::admission
