#include "operator/admission/change_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/admission/changes.hpp"
#include "tests/unit/controllers/legible_seals.hpp"

namespace guildhall::admission {
namespace {

using controllers::LegibleSeals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const LegibleSeals kSeals;

/// A Member as the API server stores it: with the webhook's note, and a generation that grows with the spec.
class Stored {
 public:
  Stored& create(const std::string& request, const std::string& user) {
    make_ours();
    admit(Operation::Create, request, user, nullptr, object_);
    return *this;
  }
  /// Guildhall makes it.
  Stored& make_ours() {
    object_ = {{"kind", "Member"},
               {"metadata",
                {{"name", "jane"},
                 {"namespace", "acme"},
                 {"uid", "u-1"},
                 {"generation", 1},
                 {"resourceVersion", "1"},
                 {"creationTimestamp", "2026-11-24T09:00:00Z"}}},
               {"spec", {{"role", "Viewer"}, {"state", "Active"}}}};
    return *this;
  }
  Stored& change(const std::string& request, const std::string& user, const json& spec) {
    const json before = object_;
    json after = before;
    after["spec"].update(spec);
    admit(Operation::Update, request, user, before, after);
    next_generation();
    return *this;
  }
  /// While no operator answers.
  Stored& change_unseen(const json& spec) {
    object_["spec"].update(spec);
    next_generation();
    return *this;
  }
  [[nodiscard]] std::vector<core::AuditNote> notes(bool is_ours = false) const {
    const core::ObjectMeta metadata = *core::parse_object_meta(object_["metadata"]);
    const std::string kind = "Member";
    return change_notes(
        {.kind = kind, .metadata = metadata, .spec = object_["spec"], .creation = "MemberInvited", .is_ours = is_ours},
        kSeals);
  }
  /// Of an object that Guildhall made, when `is_ours`.
  [[nodiscard]] std::vector<core::FieldChange> first_values(bool is_ours) const {
    const core::ObjectMeta metadata = *core::parse_object_meta(object_["metadata"]);
    const std::string kind = "Member";
    return values_at_creation(
        {.kind = kind, .metadata = metadata, .spec = object_["spec"], .creation = "MemberInvited", .is_ours = is_ours},
        kSeals);
  }
  json& object() { return object_; }

 private:
  void admit(Operation operation, const std::string& request, const std::string& user, const json& before,
             const json& after) {
    const Review review{.uid = request,
                        .operation = operation,
                        .resource = "members",
                        .ns = "acme",
                        .name = "jane",
                        .user = {.name = user, .uid = {}, .groups = {}, .extra = {}},
                        .dry_run = false,
                        .object = after,
                        .old_object = before};
    const auto patch = changes_patch(review, kSeals, *core::parse_timestamp("2026-11-24T10:00:00Z"));
    object_ = patch->is_null() ? after : after.patch(*patch);
  }
  void next_generation() {
    json& metadata = object_["metadata"];
    metadata["generation"] = metadata["generation"].get<int>() + 1;
    metadata["resourceVersion"] = std::to_string(metadata["generation"].get<int>());
  }

  json object_;
};

std::vector<std::string> lines(const std::vector<core::AuditNote>& notes) {
  std::vector<std::string> result;
  for (const auto& note : notes) {
    std::string line(note.action.text());
    line += " by " + note.actor.user;
    for (const auto& change : note.changes)
      line += " " + change.field + ":" + change.old_value + ">" + change.new_value;
    result.push_back(line);
  }
  return result;
}

TEST(ChangeNotes, TellThreeQuickChangesOfThreeUsersApart) {
  Stored jane;
  jane.create("r-1", "ada").change("r-2", "bob", {{"role", "Editor"}}).change("r-3", "cleo", {{"role", "Admin"}});
  EXPECT_THAT(lines(jane.notes()), ElementsAre("MemberInvited by ada spec.role:>Viewer spec.state:>Active",
                                               "MemberRoleChanged by bob spec.role:Viewer>Editor",
                                               "MemberRoleChanged by cleo spec.role:Editor>Admin"));
  EXPECT_EQ(jane.notes().front().source, core::AuditSource::Admission);
  EXPECT_EQ(jane.notes().front().at, core::parse_timestamp("2026-11-24T10:00:00Z"));
}

TEST(ChangeNotes, OfOneRequestAreOneForEachAction) {
  Stored jane;
  jane.create("r-1", "ada")
      .change("r-2", "ada", {{"role", "Editor"}, {"state", "Inactive"}, {"displayName", "J"}, {"more", {{"a", 1}}}});
  EXPECT_THAT(lines(jane.notes()), ElementsAre("MemberInvited by ada spec.role:>Viewer spec.state:>Active",
                                               "MemberUpdated by ada spec.displayName:>J spec.more.a:>1",
                                               "MemberRoleChanged by ada spec.role:Viewer>Editor",
                                               "MemberDeactivated by ada spec.state:Active>Inactive"));
}

TEST(ChangeNotes, OfACreationHaveWhatTheObjectBeganWith) {
  Stored jane;
  jane.create("r-1", "ada")
      .change("r-2", "ada", {{"role", "Editor"}, {"state", nullptr}, {"displayName", "J"}, {"list", {1, 2}}});
  jane.change("r-3", "bob", {{"role", "Admin"}, {"displayName", "Jane"}, {"more", {{"a", 1}}}});
  EXPECT_EQ(lines(jane.notes()).front(), "MemberInvited by ada spec.role:>Viewer spec.state:>Active");
  jane.object()["metadata"]["deletionTimestamp"] = "2026-11-24T10:00:00Z";
  jane.object()["metadata"]["generation"] = 4;
  EXPECT_EQ(lines(jane.notes()).front(), "MemberInvited by ada spec.role:>Viewer spec.state:>Active");
}

TEST(ChangeNotes, KnowWhatAnObjectOfOursBeganWith) {
  Stored jane;
  jane.make_ours();
  EXPECT_THAT(jane.first_values(true),
              ElementsAre(core::FieldChange{"spec.role", "", "Viewer"}, core::FieldChange{"spec.state", "", "Active"}));
  EXPECT_THAT(jane.first_values(false), IsEmpty()) << "nobody noted how it was made";
  jane.change("r-2", "bob", {{"role", "Editor"}, {"displayName", "Jane"}});
  EXPECT_THAT(jane.first_values(true),
              ElementsAre(core::FieldChange{"spec.role", "", "Viewer"}, core::FieldChange{"spec.state", "", "Active"}));
  jane.change_unseen({{"role", "Admin"}});
  EXPECT_THAT(jane.first_values(true), IsEmpty());
}

TEST(ChangeNotes, OfACreationHaveNoValuesThatAreNotKnown) {
  Stored jane;
  json many = json::object();
  for (char field = 'a'; field <= 'y'; ++field)
    many[std::string(1, field)] = 1;
  jane.create("r-1", "ada").change("r-2", "ada", many);
  EXPECT_EQ(lines(jane.notes()).front(), "MemberInvited by ada") << "of 25 fields of one request 19 are kept";
}

TEST(ChangeNotes, OfACreationHaveTwentyValues) {
  Stored jane;
  jane.create("r-1", "ada");
  for (char field = 'a'; field <= 'z'; ++field)
    jane.object()["spec"][std::string(1, field)] = 1;
  EXPECT_THAT(jane.notes().front().changes, SizeIs(20));
}

TEST(ChangeNotes, HaveEachAnIdentityOfItsOwnThatLasts) {
  Stored jane;
  jane.create("r-1", "ada").change("r-2", "ada", {{"role", "Editor"}});
  const auto before = jane.notes();
  jane.change("r-3", "ada", {{"role", "Viewer"}});
  const auto after = jane.notes();
  ASSERT_THAT(after, SizeIs(3));
  EXPECT_EQ(after[0].identity, before[0].identity);
  EXPECT_EQ(after[1].identity, before[1].identity);
  EXPECT_NE(after[2].identity, after[1].identity);
}

TEST(ChangeNotes, SayThatNobodyNotedWhatChangedUnattended) {
  Stored jane;
  jane.create("r-1", "ada").change_unseen({{"role", "Admin"}});
  const auto notes = jane.notes();
  EXPECT_THAT(lines(notes), ElementsAre("MemberInvited by ada", "MemberChangedUnattended by (unknown)"));
  EXPECT_THAT(notes.back().note, HasSubstr("generation 2"));
  jane.change("r-2", "ada", {{"role", "Viewer"}});
  EXPECT_THAT(lines(jane.notes()),
              ElementsAre("MemberInvited by ada", "MemberRoleChanged by ada spec.role:Admin>Viewer",
                          "MemberChangedUnattended by (unknown)"))
      << "what follows does not hide it";
  EXPECT_EQ(jane.notes().back().identity, notes.back().identity) << "and it is the same";
  jane.change("r-3", "ada", {{"role", "Editor"}});
  EXPECT_THAT(jane.notes(), SizeIs(4)) << "nothing lies between these";
}

TEST(ChangeNotes, TakeADeletionForNoChange) {
  Stored jane;
  jane.create("r-1", "ada").change("r-2", "ada", {{"role", "Editor"}});
  jane.object()["metadata"]["deletionTimestamp"] = "2026-11-24T10:00:00Z";
  jane.object()["metadata"]["generation"] = 3;
  EXPECT_THAT(jane.notes(), SizeIs(2)) << "the API server counts it as one";
  jane.object()["metadata"]["generation"] = 4;
  EXPECT_THAT(lines(jane.notes()).back(), HasSubstr("MemberChangedUnattended"));
}

TEST(ChangeNotes, TakeAChangeOfWhatIsBeingDeletedForOne) {
  Stored jane;
  jane.create("r-1", "ada");
  jane.object()["metadata"]["deletionTimestamp"] = "2026-11-24T10:00:00Z";
  jane.object()["metadata"]["generation"] = 2;
  jane.change("r-2", "ada", {{"role", "Editor"}}).change("r-3", "bob", {{"role", "Admin"}});
  EXPECT_THAT(lines(jane.notes()), ElementsAre("MemberInvited by ada spec.role:>Viewer spec.state:>Active",
                                               "MemberRoleChanged by ada spec.role:Viewer>Editor",
                                               "MemberRoleChanged by bob spec.role:Editor>Admin"));
  jane.change_unseen({{"role", "Viewer"}});
  EXPECT_THAT(lines(jane.notes()).back(), HasSubstr("MemberChangedUnattended"));
}

TEST(ChangeNotes, SayThatNobodyNotedTheCreation) {
  Stored jane;
  jane.create("r-1", "ada");
  jane.object()["metadata"].erase("annotations");
  const auto notes = jane.notes();
  EXPECT_THAT(lines(notes), ElementsAre("MemberChangedUnattended by (unknown)"));
  EXPECT_EQ(notes.front().at, core::parse_timestamp("2026-11-24T09:00:00Z"));
  EXPECT_EQ(notes.front().note, "nobody noted who made it");
  EXPECT_THAT(jane.notes(true), IsEmpty()) << "Guildhall made it itself";
}

TEST(ChangeNotes, SayWhatMayBeUntoldOnceTheRecordIsFull) {
  Stored jane;
  jane.create("r-0", "ada");
  const auto change = [&jane](int number) {
    jane.change("r-" + std::to_string(number), "ada", {{"role", number % 2 == 0 ? "Viewer" : "Editor"}});
  };
  for (int number = 1; number < 20; ++number)
    change(number);
  EXPECT_THAT(jane.notes(), SizeIs(20));
  const std::string first = jane.notes()[1].identity;
  change(20);
  const auto notes = jane.notes();
  ASSERT_THAT(notes, SizeIs(21)) << "20 that are kept, and one of what is not";
  EXPECT_EQ(lines(notes).back(), "MemberChangedUnattended by (unknown)");
  EXPECT_EQ(notes.back().unless_told, first) << "it is void when what went was told";
  EXPECT_THAT(notes.back().note, HasSubstr("before generation 2"));
  for (int number = 21; number < 60; ++number)
    change(number);
  EXPECT_THAT(jane.notes(), SizeIs(21)) << "nothing is taken for unattended, however much was dropped";
  jane.change_unseen({{"role", "Admin"}});
  change(60);
  EXPECT_THAT(jane.notes(), SizeIs(22)) << "but what was";
}

TEST(ChangeNotes, OfAForgedRecordAreNone) {
  Stored jane;
  jane.create("r-1", "ada").change("r-2", "ada", {{"role", "Editor"}});
  std::string text = jane.object()["metadata"]["annotations"][kChangesAnnotation];
  text.replace(text.find("ada"), 3, "bob");
  jane.object()["metadata"]["annotations"][kChangesAnnotation] = text;
  EXPECT_THAT(lines(jane.notes()), ElementsAre("MemberChangedUnattended by (unknown)"));
}

TEST(ChangeNotes, OfARecordByAKeyThatIsNotKeptAreNone) {
  Stored jane;
  jane.create("r-1", "ada").change("r-2", "ada", {{"role", "Editor"}});
  json whole = json::parse(jane.object()["metadata"]["annotations"][kChangesAnnotation].get<std::string>());
  whole["seal"] = "k2:" + whole["seal"].get<std::string>();
  jane.object()["metadata"]["annotations"][kChangesAnnotation] = whole.dump();
  EXPECT_THAT(jane.notes(), IsEmpty()) << "who made it is in the log since long";
}

TEST(ChangeNotes, TakeRecordsFromBeforeGenerationsWereNotedAsTheyAre) {
  Stored jane;
  jane.create("r-1", "ada").change_unseen({{"role", "Admin"}});
  json whole = json::parse(jane.object()["metadata"]["annotations"][kChangesAnnotation].get<std::string>());
  for (json& entry : whole["entries"])
    entry.erase("generation");
  whole["seal"] =
      *kSeals.sign("changes", json::array({"Member", "acme", "jane", whole["previous"], whole["entries"]}).dump());
  jane.object()["metadata"]["annotations"][kChangesAnnotation] = whole.dump();
  EXPECT_THAT(lines(jane.notes()), ElementsAre("MemberInvited by ada"));
}

TEST(ShownValue, IsATextWithoutQuotesAndAnythingElseAsItIs) {
  EXPECT_EQ(shown_value(R"("a\"b")"), "a\"b");
  EXPECT_EQ(shown_value(R"(["a"])"), R"(["a"])");
  EXPECT_EQ(shown_value("7"), "7");
  EXPECT_EQ(shown_value(R"("cut...)"), R"("cut...)");
  EXPECT_EQ(shown_value(""), "");
}

}  // namespace
}  // namespace guildhall::admission
