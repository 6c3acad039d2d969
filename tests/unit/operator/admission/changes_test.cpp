#include "operator/admission/changes.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controllers/legible_seals.hpp"

namespace guildhall::admission {
namespace {

using controllers::LegibleSeals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const LegibleSeals kSeals;

core::Timestamp noon() {
  return *core::parse_timestamp("2026-11-24T10:00:00.5Z");
}

json jane(const std::string& version = "7") {
  return {{"kind", "Member"},
          {"metadata", {{"name", "jane"}, {"namespace", "acme"}, {"resourceVersion", version}}},
          {"spec", {{"role", "Viewer"}, {"invitation", {{"delivery", "Email"}}}}}};
}

Review review(Operation operation, json object, json old_object) {
  return {.uid = "r-1",
          .operation = operation,
          .resource = "members",
          .ns = "acme",
          .name = "jane",
          .user = {.name = "ada@acme.example",
                   .uid = {},
                   .groups = {},
                   .extra = {{"authentication.kubernetes.io/credential-id", {"X509SHA256=ab"}}}},
          .dry_run = false,
          .object = std::move(object),
          .old_object = std::move(old_object)};
}

/// The object after the webhook, as the API server stores it.
json admitted(const Review& one) {
  const auto patch = changes_patch(one, kSeals, noon());
  EXPECT_TRUE(patch);
  return patch->is_null() ? one.object : one.object.patch(*patch);
}

json created() {
  return admitted(review(Operation::Create, jane(""), nullptr));
}

json with_role(json object, const std::string& role) {
  object["spec"]["role"] = role;
  return object;
}

json changed(const json& old_object, json object) {
  return admitted(review(Operation::Update, std::move(object), old_object));
}

std::vector<ChangeEntry> entries_of(const json& object) {
  return read_changes("Member", *core::parse_object_meta(object["metadata"]), kSeals);
}

TEST(Changes, BeginWithWhoCreatedTheObject) {
  const auto entries = entries_of(created());
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].id, "r-1");
  EXPECT_EQ(entries[0].at, noon()) << "with its fraction: in what order things happened within a second";
  EXPECT_EQ(entries[0].user, "ada@acme.example");
  EXPECT_EQ(entries[0].credential, "ClientCertificate");
  EXPECT_EQ(entries[0].change, (FieldChange{"object", "", "created"}));
  EXPECT_TRUE(entries[0].is_creation());
}

TEST(Changes, GrowByEachFieldThatDiffers) {
  const json before = created();
  json after = with_role(before, "Admin");
  after["spec"]["invitation"]["resendAt"] = "2026-11-24T10:00:00Z";
  const auto entries = entries_of(changed(before, after));
  ASSERT_THAT(entries, SizeIs(3));
  EXPECT_EQ(entries[1].change, (FieldChange{"spec.invitation.resendAt", "", "\"2026-11-24T10:00:00Z\""}));
  EXPECT_FALSE(entries[1].is_creation());
  EXPECT_EQ(entries[2].change, (FieldChange{"spec.role", "\"Viewer\"", "\"Admin\""}));
}

TEST(Changes, OfAWriteThatChangesNothingAreNone) {
  const json before = created();
  EXPECT_TRUE(changes_patch(review(Operation::Update, before, before), kSeals, noon())->is_null());
  json labelled = before;
  labelled["metadata"]["labels"] = {{"team", "x"}};
  EXPECT_TRUE(changes_patch(review(Operation::Update, labelled, before), kSeals, noon())->is_null());
}

TEST(Changes, ArePutBackWhereTheUserLeavesThemOutOrWritesThem) {
  const json before = created();
  json without = before;
  without["metadata"].erase("annotations");
  EXPECT_EQ(changed(before, without)["metadata"]["annotations"], before["metadata"]["annotations"]);
  json forged = before;
  forged["metadata"]["annotations"]["guildhall.dev/changes"] = "forged";
  EXPECT_EQ(changed(before, forged), before);
  const json none = jane();
  forged = none;
  forged["metadata"]["annotations"] = {{"guildhall.dev/changes", "forged"}, {"a", "b"}};
  EXPECT_EQ(changed(none, forged)["metadata"]["annotations"], json({{"a", "b"}}));
}

TEST(Changes, OfAForgedCreationBeginAnew) {
  json forged = created();
  forged["metadata"]["resourceVersion"] = "";
  const auto entries = entries_of(admitted(review(Operation::Create, forged, nullptr)));
  EXPECT_THAT(entries, SizeIs(1));
}

TEST(Changes, KeepTheNewestTwentyAndWhoCreatedTheObject) {
  json object = created();
  for (int i = 0; i < 30; ++i)
    object = changed(object, with_role(object, i % 2 == 0 ? "Admin" : "Editor"));
  const auto entries = entries_of(object);
  EXPECT_THAT(entries, SizeIs(kMostEntries));
  EXPECT_TRUE(entries.front().is_creation());
  EXPECT_EQ(entries[1].change.new_value, "\"Editor\"") << "of the 12th change";
  EXPECT_EQ(entries.back().change.new_value, "\"Editor\"");
}

TEST(Changes, AreNotBelievedWithoutTheirSeal) {
  const json before = changed(created(), with_role(created(), "Admin"));
  const auto forge = [&](const std::string& what, const std::string& with) {
    json object = before;
    std::string text = object["metadata"]["annotations"]["guildhall.dev/changes"];
    text.replace(text.find(what), what.size(), with);
    object["metadata"]["annotations"]["guildhall.dev/changes"] = text;
    return object;
  };
  EXPECT_THAT(entries_of(before), SizeIs(2));
  EXPECT_THAT(entries_of(forge("ada@acme.example", "eve@acme.example")), IsEmpty());
  EXPECT_THAT(entries_of(forge("\"previous\":\"\"", "\"previous\":\"9\"")), IsEmpty());
  json moved = before;
  moved["metadata"]["name"] = "eve";
  EXPECT_THAT(entries_of(moved), IsEmpty());
}

TEST(Changes, OfADryRunAreShownAndNotBelieved) {
  Review one = review(Operation::Update, with_role(created(), "Admin"), created());
  one.dry_run = true;
  const json shown = admitted(one);
  EXPECT_THAT(shown.dump(), testing::HasSubstr("spec.role"));
  EXPECT_THAT(entries_of(shown), IsEmpty());
}

// Who writes while no operator answers can put more into the text than the policy looks at.
TEST(Changes, AreBelievedOnlyAsTheyWereWritten) {
  const json before = changed(created(), with_role(created(), "Admin"));
  const std::string written = before["metadata"]["annotations"]["guildhall.dev/changes"];
  const auto entries_in = [&](const std::string& text) {
    json object = before;
    object["metadata"]["annotations"]["guildhall.dev/changes"] = text;
    return entries_of(object);
  };
  const std::string members = written.substr(1, written.size() - 2);
  const std::string another = R"("entries":[{"user":"bob@acme.example"}],"previous":"7","seal":"s")";
  EXPECT_THAT(entries_in("{" + members + "}"), SizeIs(2));
  EXPECT_THAT(entries_in("{" + another + "," + members + "}"), IsEmpty());
  EXPECT_THAT(entries_in(R"({"a":{)" + another + "}," + members + "}"), IsEmpty());
  EXPECT_THAT(entries_in("{" + members + R"(,"z":{)" + another + "}}"), IsEmpty());
  EXPECT_THAT(entries_in("{ " + members + "}"), IsEmpty());
  EXPECT_THAT(entries_in("{" + members + "}\n"), IsEmpty());
}

TEST(Changes, OfAnObjectWhoseNameIsMadeLaterHoldForItsName) {
  json nameless = jane("");
  nameless["metadata"].erase("name");
  nameless["metadata"]["generateName"] = "jane-";
  json object = admitted(review(Operation::Create, nameless, nullptr));
  object["metadata"]["name"] = "jane-x7k2p";
  ASSERT_THAT(entries_of(object), SizeIs(1));
  EXPECT_TRUE(entries_of(object)[0].is_creation());
  EXPECT_THAT(entries_of(changed(object, with_role(object, "Admin"))), SizeIs(2));
  json moved = object;
  moved["metadata"]["generateName"] = "eve-";
  EXPECT_THAT(entries_of(moved), IsEmpty());
  moved["metadata"].erase("generateName");
  EXPECT_THAT(entries_of(moved), IsEmpty());
}

json with_subjects(json object, int count) {
  object["spec"]["subjects"] = json::array();
  for (int i = 0; i < count; ++i)
    object["spec"]["subjects"].push_back({{"kind", "User"}, {"name", fmt::format("jane-\u00e9-{}", i)}});
  return object;
}

// As long as Kubernetes lets it be: a ServiceAccount's name alone may have 340 bytes.
TEST(Changes, NameTheWholeUser) {
  Review one = review(Operation::Create, jane(""), nullptr);
  one.user.name = "system:serviceaccount:" + std::string(63, 'n') + ":" + std::string(253, 's');
  EXPECT_EQ(entries_of(admitted(one))[0].user, one.user.name);
  one.user.name = std::string(1025, 'u');
  EXPECT_EQ(entries_of(admitted(one))[0].user, std::string(1024, 'u') + "...");
}

TEST(Changes, ShowWhereLongValuesDiffer) {
  const auto entries = entries_of(changed(with_subjects(jane(), 40), with_subjects(jane(), 41)));
  ASSERT_THAT(entries, SizeIs(1));
  const FieldChange& change = entries[0].change;
  EXPECT_THAT(change.new_value, testing::StartsWith("..."));
  EXPECT_THAT(change.new_value, testing::EndsWith(R"(-40"}])"));
  EXPECT_THAT(change.old_value, testing::AllOf(testing::StartsWith("..."), testing::EndsWith(R"(-39"}])")));
  EXPECT_LE(change.new_value.size(), 262U);
  json first = with_subjects(jane(), 40);
  first["spec"]["subjects"][0]["name"] = "joe";
  const auto at_begin = entries_of(changed(with_subjects(jane(), 40), first));
  EXPECT_THAT(at_begin[0].change.old_value, testing::StartsWith(R"([{"kind":"User","name":"jane-)"));
  EXPECT_THAT(at_begin[0].change.new_value,
              testing::AllOf(testing::StartsWith(R"([{"kind":"User","name":"joe"})"), testing::EndsWith("...")));
}

std::size_t annotation_bytes(const json& object) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : object["metadata"]["annotations"].items())
    bytes += name.size() + value.get<std::string>().size();
  return bytes;
}

json with_other_annotation(json object, std::size_t bytes) {
  object["metadata"]["annotations"]["x"] = std::string(bytes - 1, 'x');
  return object;
}

// Kubernetes would refuse the write, whoever makes it.
TEST(Changes, LeaveOutWhatDoesNotFitBesideOtherAnnotations) {
  constexpr std::size_t most = 256UL * 1024;
  json object = created();
  for (int i = 0; i < 9; ++i)
    object = changed(object, with_role(object, i % 2 == 0 ? "Admin" : "Editor"));
  ASSERT_THAT(entries_of(object), SizeIs(10));
  const json full = changed(object, with_role(with_other_annotation(object, most - 1'400), "Viewer"));
  EXPECT_LE(annotation_bytes(full), most);
  EXPECT_THAT(entries_of(full), SizeIs(testing::AllOf(testing::Gt(0U), testing::Lt(10U))));
  EXPECT_EQ(entries_of(full).back().change.new_value, "\"Viewer\"");
  EXPECT_TRUE(entries_of(full).front().is_creation());
  const std::size_t of_one = annotation_bytes(changed(jane(), with_role(jane(), "Editor")));
  const json narrow = changed(object, with_role(with_other_annotation(object, most - of_one - 50), "Viewer"));
  ASSERT_THAT(entries_of(narrow), SizeIs(1)) << "the change itself comes first";
  EXPECT_EQ(entries_of(narrow).back().change.new_value, "\"Viewer\"");
  const json before = changed(jane(), with_role(with_other_annotation(jane(), most), "Admin"));
  EXPECT_FALSE(before["metadata"]["annotations"].contains("guildhall.dev/changes")) << "not even one fits";
}

/// Each of these makes the API server count another generation.
TEST(Differences, AreWhateverIsAnotherValueForTheApiServer) {
  const auto differ = [](const char* before, const char* after) {
    return differences(json::parse(before), json::parse(after));
  };
  EXPECT_THAT(differ("{}", R"({"secret":{}})"), testing::ElementsAre(FieldChange{"spec.secret", "", "{}"}));
  EXPECT_THAT(differ(R"({"secret":{}})", "{}"), testing::ElementsAre(FieldChange{"spec.secret", "{}", ""}));
  EXPECT_THAT(differ(R"({"keys":{"max":5}})", R"({"keys":{"max":5.0}})"),
              testing::ElementsAre(FieldChange{"spec.keys.max", "5", "5.0"}));
  EXPECT_THAT(differ(R"({"list":[{"a":1}]})", R"({"list":[{"a":1.0}]})"), SizeIs(1));
  EXPECT_THAT(differ(R"({"a":{"b":1}})", R"({"a":{"b":1}})"), IsEmpty());
  EXPECT_THAT(differ("{}", R"({"a":{"b":1}})"), testing::ElementsAre(FieldChange{"spec.a.b", "", "1"}));
}

TEST(Changes, ThatNestDeepAreNone) {
  json deep = created();
  const std::string nested = std::string(200'000, '[') + std::string(200'000, ']');
  deep["metadata"]["annotations"]["guildhall.dev/changes"] =
      R"({"entries":[)" + nested + R"(],"previous":"","seal":"k1:changes:"})";
  EXPECT_THAT(entries_of(deep), IsEmpty());
  EXPECT_THAT(entries_of(changed(deep, with_role(deep, "Admin"))), SizeIs(1));
}

TEST(Changes, HoldNoLongValue) {
  const json before = created();
  json after = before;
  after["spec"]["displayName"] = std::string(1000, 'x');
  const auto entries = entries_of(changed(before, after));
  EXPECT_LE(entries.back().change.new_value.size(), 260U);
}

TEST(Differences, AreByFieldDownToTheSecondLevel) {
  const json a =
      json::parse(R"({"role": "Viewer", "subjects": [{"name": "a"}], "gone": {"x": 1}, "same": {"y": {"z": 1}}})");
  const json b =
      json::parse(R"({"role": "Admin", "subjects": [{"name": "b"}], "new": {"x": 1}, "same": {"y": {"z": 2}}})");
  EXPECT_THAT(differences(a, b), ElementsAre(FieldChange{"spec.gone.x", "1", ""}, FieldChange{"spec.new.x", "", "1"},
                                             FieldChange{"spec.role", "\"Viewer\"", "\"Admin\""},
                                             FieldChange{"spec.same.y", R"({"z":1})", R"({"z":2})"},
                                             FieldChange{"spec.subjects", R"([{"name":"a"}])", R"([{"name":"b"}])"}));
  EXPECT_THAT(differences(a, a), IsEmpty());
}

TEST(Differences, QuoteNoToken) {
  const std::string token = "gld_0aZ9bY8c_" + std::string(49, 'k');
  const json before = {{"displayName", token}};
  const json after = {{"secret", {{"annotations", {{"x/y", "Bearer " + token}}}}}};
  EXPECT_THAT(differences(before, after),
              ElementsAre(FieldChange{"spec.displayName", R"("[token struck out]")", ""},
                          FieldChange{"spec.secret.annotations", "", R"({"x/y":"Bearer [token struck out]"})"}));
}

}  // namespace
}  // namespace guildhall::admission
