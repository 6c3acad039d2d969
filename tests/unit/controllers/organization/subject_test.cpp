#include "controllers/organization/subject.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::controllers::organization {
namespace {

using Kind = api::MemberSubjectKind;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

api::Member member(const std::vector<api::MemberSubject>& subjects) {
  api::Member result;
  result.metadata.ns = "acme";
  result.spec.email = "jane@acme.example";
  result.spec.subjects = subjects;
  return result;
}

api::MemberSubject subject(Kind kind, const std::string& name, const std::string& ns = "") {
  api::MemberSubject result;
  result.kind = kind;
  result.name = name;
  if (!ns.empty()) result.ns = ns;
  return result;
}

TEST(SubjectsOf, AreTheUserOfTheEmailUnlessTheSpecNamesSome) {
  EXPECT_THAT(subjects_of(member({}), {}), ElementsAre(Subject{"User", "jane@acme.example", ""}));
  EXPECT_THAT(subjects_of(member({}), {.user_template = "oidc:{email}"}),
              ElementsAre(Subject{"User", "oidc:jane@acme.example", ""}));
}

TEST(SubjectsOf, AreThoseOfTheSpecInOrderAndEachOnce) {
  EXPECT_THAT(subjects_of(member({subject(Kind::User, "z"), subject(Kind::ServiceAccount, "bot", "acme"),
                                  subject(Kind::Group, "g"), subject(Kind::User, "a"), subject(Kind::User, "z")}),
                          {}),
              ElementsAre(Subject{"Group", "g", ""}, Subject{"ServiceAccount", "bot", "acme"}, Subject{"User", "a", ""},
                          Subject{"User", "z", ""}));
}

TEST(SubjectsOf, NeverHoldOneOfKubernetesOwn) {
  EXPECT_THAT(subjects_of(member({subject(Kind::Group, "system:masters"), subject(Kind::User, "system:admin")}), {}),
              IsEmpty());
  EXPECT_THAT(subjects_of(member({}), {.user_template = "system:{email}"}), IsEmpty());
}

TEST(Identities, AreNoGroups) {
  EXPECT_THAT(identities({{"Group", "g", ""}, {"ServiceAccount", "bot", "acme"}, {"User", "a", ""}}),
              ElementsAre(Subject{"ServiceAccount", "bot", "acme"}, Subject{"User", "a", ""}));
}

TEST(UserOf, PutsTheEmailWhereTheTemplateSays) {
  EXPECT_EQ(user_of("a@b", {.user_template = "{email}"}), "a@b");
  EXPECT_EQ(user_of("a@b", {.user_template = "x:{email}:{email}"}), "x:a@b:a@b");
  EXPECT_EQ(user_of("{email}@b", {.user_template = "{email}"}), "{email}@b") << "once";
}

TEST(Subject, IsWrittenAsABindingListsIt) {
  EXPECT_EQ(to_json({"User", "a", ""}),
            json::parse(R"({"kind": "User", "name": "a", "apiGroup": "rbac.authorization.k8s.io"})"));
  EXPECT_EQ(to_json({"Group", "g", ""}),
            json::parse(R"({"kind": "Group", "name": "g", "apiGroup": "rbac.authorization.k8s.io"})"));
  EXPECT_EQ(to_json({"ServiceAccount", "bot", "acme"}),
            json::parse(R"({"kind": "ServiceAccount", "name": "bot", "namespace": "acme"})"));
}

TEST(Subject, IsNamedForPeople) {
  EXPECT_EQ(describe(Subject{"User", "a", ""}), "User a");
  EXPECT_EQ(describe(Subject{"ServiceAccount", "bot", "acme"}), "ServiceAccount acme/bot");
}

}  // namespace
}  // namespace guildhall::controllers::organization
