#include "operator/records/entry_selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::records {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Optional;

const std::vector<std::string> kActions{"MemberCreated", "MemberRoleChanged"};

core::Timestamp at(const char* text) {
  return *core::parse_timestamp(text);
}

core::Result<EntrySelection> selection(const std::string& selector) {
  return select_entries(*parse_field_selector(selector), kActions, at("2026-11-24T10:00:00Z"));
}

std::string refusal(const std::string& selector) {
  const auto result = selection(selector);
  return result ? "" : result.error().message;
}

TEST(ASelection, OfNothingIsOfAll) {
  EXPECT_EQ(*selection(""), EntrySelection{});
}

TEST(ASelection, TakesEveryKey) {
  const auto got = selection(
      "action=MemberRoleChanged,email=ada@acme.example,outcome=Refused,scope=Deployment,"
      "object=Member/jane,from=7d,to=2026-11-24,q=Viewer,metadata.namespace=acme");
  ASSERT_TRUE(got) << got.error().message;
  core::AuditFilter want;
  want.action = "MemberRoleChanged";
  want.email = "ada@acme.example";
  want.outcome = core::AuditOutcome::Refused;
  want.scope = core::AuditScope::Deployment;
  want.object = "Member/jane";
  want.from = at("2026-11-17T10:00:00Z");
  want.to = at("2026-11-24T00:00:00Z");
  want.text = "Viewer";
  EXPECT_EQ(*got, (EntrySelection{.filter = want, .name = {}, .ns = "acme"}));
}

TEST(ASelection, OfOneByItsName) {
  const auto got = selection("metadata.name=00ff,metadata.namespace=acme");
  ASSERT_TRUE(got);
  EXPECT_THAT(got->name, Optional(std::string("00ff")));
  EXPECT_THAT(got->ns, Optional(std::string("acme")));
}

TEST(ASelection, TakesAnEmailAsMembersHaveIt) {
  EXPECT_THAT(selection("email=Ada@ACME.example")->filter.email, Optional(std::string("ada@acme.example")));
}

TEST(ASelection, OfAnEmptyEmailIsOfThoseWithoutOne) {
  EXPECT_THAT(selection("email=")->filter.email, Optional(std::string()));
}

TEST(ASelection, MaySayTheSameTwice) {
  EXPECT_TRUE(selection("scope=Deployment,scope==Deployment"));
}

TEST(ASelection, OfAnObjectTakesItsNameAsItIs) {
  EXPECT_THAT(selection("object=Member/a/b")->filter.object, Optional(std::string("Member/a/b")));
}

TEST(ASelection, OfAnObjectTakesItsKindAsKubectlDoes) {
  for (const char* selector : {"object=member/jane", "object=Members/jane", "object=members/jane", "object=Member/jane",
                               "object=gmem/jane", "object=members.guildhall.dev/jane"})
    EXPECT_THAT(selection(selector)->filter.object, Optional(std::string("Member/jane"))) << selector;
  EXPECT_THAT(selection("object=apikeys/Grafana")->filter.object, Optional(std::string("ApiKey/Grafana")));
  EXPECT_EQ(refusal("object=membr/jane"),
            "object: there is no kind 'membr'; there are Organization, Member, ApiKey, BillingAccount");
}

TEST(ASelection, ThatIsRefusedSaysWhatIsAllowed) {
  EXPECT_THAT(refusal("actor=jane"), AllOf(HasSubstr("field label not supported: actor"),
                                           HasSubstr("action, email, outcome, scope, object, from, to, q")));
  EXPECT_THAT(refusal("Action=MemberCreated"), HasSubstr("not supported"));
  EXPECT_THAT(refusal("action=MemberVanished"),
              AllOf(HasSubstr("'MemberVanished'"), HasSubstr("MemberCreated, MemberRoleChanged")));
  EXPECT_THAT(refusal("outcome=success"), HasSubstr("Success, Refused"));
  EXPECT_THAT(refusal("scope=Cluster"), HasSubstr("Organization, Deployment"));
  EXPECT_THAT(refusal("from=soon"), AllOf(HasSubstr("from: 'soon'"), HasSubstr("7d")));
  EXPECT_THAT(refusal("to=later"), HasSubstr("to: 'later'"));
  EXPECT_THAT(refusal("action!=MemberCreated"), HasSubstr("by = only"));
  EXPECT_THAT(refusal("email=a,email=b"), AllOf(HasSubstr("'a'"), HasSubstr("'b'")));
  EXPECT_THAT(refusal("email=a,scope=Deployment,email=b"), AllOf(HasSubstr("'a'"), HasSubstr("'b'")));
  for (const char* selector : {"object=jane", "object=Member/", "object=/jane", "object="})
    EXPECT_THAT(refusal(selector), HasSubstr("Member/jane")) << selector;
}

TEST(ASelection, FromMustBeBeforeTo) {
  EXPECT_THAT(refusal("from=2026-11-24,to=2026-11-23"), HasSubstr("before"));
  EXPECT_THAT(refusal("from=2026-11-24,to=2026-11-24"), HasSubstr("before"));
  EXPECT_EQ(refusal("from=2026-11-23,to=2026-11-24"), "");
}

TEST(ASelection, ByNameStandsAlone) {
  EXPECT_THAT(refusal("metadata.name=00ff,scope=Deployment"), HasSubstr("metadata.name names one"));
}

}  // namespace
}  // namespace guildhall::records
