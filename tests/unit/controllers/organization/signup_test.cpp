// Who signed up: the sealed record, and the rules of who may.
#include "controllers/organization/signup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "controllers/organization/signup_rules.hpp"
#include "tests/unit/controllers/legible_seals.hpp"

namespace guildhall::controllers::organization {
namespace {

using ::testing::HasSubstr;

const LegibleSeals kSeals;
const SignupRecord kAda{.user = "ada@acme.example", .email = "ada@acme.example", .member = "ada"};

api::Organization signed_up(const SignupRecord& record = kAda) {
  api::Organization organization;
  organization.metadata.name = "acme";
  organization.metadata.uid = "u-acme";
  organization.metadata.annotations[kSignupAnnotation] = *seal_signup(kSeals, "acme", record);
  return organization;
}

TEST(SignupRecord, IsBelievedWhereItWasSealed) {
  EXPECT_EQ(judge_signup(kSeals, signed_up()), kAda);
}

TEST(SignupRecord, OutlivesARestoreWhichMakesAnotherUid) {
  api::Organization restored = signed_up();
  restored.metadata.uid = "u-2";
  EXPECT_EQ(judge_signup(kSeals, restored), kAda);
}

TEST(SignupRecord, SaysHowTheUserHadSignedIn) {
  SignupRecord ada = kAda;
  ada.credential = "OIDC";
  api::Organization organization = signed_up(ada);
  EXPECT_EQ(judge_signup(kSeals, organization), ada);
  std::string& annotation = organization.metadata.annotations[kSignupAnnotation];
  annotation.replace(annotation.find("OIDC"), 4, "mTLS");
  EXPECT_EQ(judge_signup(kSeals, organization), std::nullopt) << "the seal holds that, too";
}

TEST(SignupRecord, HoldsWhateverAUserIsCalled) {
  const SignupRecord odd{.user = "a\"\\\n\xc3\xa4\xff", .email = "a@b", .member = "a"};
  const auto record = judge_signup(kSeals, signed_up(odd));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->email, "a@b");
}

struct Forgery {
  std::string name;
  std::function<void(api::Organization&)> change;
};

class ForgedSignup : public testing::TestWithParam<Forgery> {};

TEST_P(ForgedSignup, IsNone) {
  api::Organization organization = signed_up();
  GetParam().change(organization);
  EXPECT_EQ(judge_signup(kSeals, organization), std::nullopt);
}

void rewrite(api::Organization& organization, const char* field, const char* value) {
  auto object = nlohmann::json::parse(organization.metadata.annotations[kSignupAnnotation]);
  object[field] = value;
  organization.metadata.annotations[kSignupAnnotation] = object.dump();
}

const Forgery kForgeries[] = {
    {"OfAnotherOrganization", [](auto& one) { one.metadata.name = "globex"; }},
    {"OfAnotherUser", [](auto& one) { rewrite(one, "user", "eve"); }},
    {"OfAnotherEmail", [](auto& one) { rewrite(one, "email", "eve@acme.example"); }},
    {"OfAnotherMember", [](auto& one) { rewrite(one, "member", "eve"); }},
    {"WithoutASeal", [](auto& one) { rewrite(one, "seal", ""); }},
    {"ThatIsNoObject", [](auto& one) { one.metadata.annotations[kSignupAnnotation] = "[1]"; }},
    {"ThatIsNoJson", [](auto& one) { one.metadata.annotations[kSignupAnnotation] = "{"; }},
    {"ThatIsAbsent", [](auto& one) { one.metadata.annotations.clear(); }},
};
INSTANTIATE_TEST_SUITE_P(Cases, ForgedSignup, testing::ValuesIn(kForgeries),
                         [](const auto& info) { return info.param.name; });

api::Member founder() {
  api::Member member;
  member.metadata.ns = "acme";
  member.metadata.name = "ada";
  member.metadata.annotations[kFounderOfAnnotation] = "u-acme";
  member.spec.email = "ada@acme.example";
  return member;
}

TEST(Founder, IsTheMemberThatWasMadeForWhoSignedUp) {
  EXPECT_TRUE(is_founder(signed_up(), kAda, founder()));
  const std::function<void(api::Member&)> changes[] = {
      [](auto& one) { one.metadata.annotations.clear(); },
      [](auto& one) { one.metadata.annotations[kFounderOfAnnotation] = "u-former"; },
      [](auto& one) { one.metadata.name = "eve"; },
      [](auto& one) { one.spec.email = "eve@acme.example"; },
  };
  for (const auto& change : changes) {
    api::Member other = founder();
    change(other);
    EXPECT_FALSE(is_founder(signed_up(), kAda, other));
  }
}

TEST(Founder, IsAwaitedUntilItIsNoted) {
  api::Organization organization = signed_up();
  EXPECT_TRUE(awaits_founder(organization));
  organization.metadata.annotations[kEnrolledByAnnotation] = "m-ada";
  EXPECT_FALSE(awaits_founder(organization));
  EXPECT_FALSE(awaits_founder({}));
}

struct Case {
  std::string name;
  std::function<void(SignupWish&, SignupLimits&, IdentityRules&, SignupFacts&)> change;
  std::optional<core::ErrorKind> kind;
  std::string says;
};

class SignupRules : public testing::TestWithParam<Case> {};

TEST_P(SignupRules, DecideAndSayWhy) {
  SignupWish wish{.user = "ada@acme.example", .email = "ada@acme.example", .organization = "acme"};
  SignupLimits limits;
  IdentityRules identity;
  SignupFacts facts;
  GetParam().change(wish, limits, identity, facts);
  const auto may = judge_signup(wish, limits, identity, facts);
  ASSERT_EQ(may.has_value(), !GetParam().kind.has_value());
  if (may) return;
  EXPECT_EQ(may.error().kind, *GetParam().kind);
  EXPECT_THAT(may.error().message, HasSubstr(GetParam().says));
}

using Wish = SignupWish;
using Limits = SignupLimits;
using Identity = IdentityRules;
using Facts = SignupFacts;
using core::ErrorKind;

const Case kCases[] = {
    {"ForWhomNothingStandsInTheWay", [](Wish&, Limits&, Identity&, Facts&) {}, std::nullopt, ""},
    {"OnesOwnEmailOnly", [](Wish& wish, Limits&, Identity&, Facts&) { wish.email = "bob@acme.example"; },
     ErrorKind::Forbidden, "you are ada@acme.example, and spec.email bob@acme.example is of bob@acme.example"},
    {"ThePlatformsWayToMakeUsers",
     [](Wish& wish, Limits&, Identity& identity, Facts&) {
       identity.user_template = "oidc:{email}";
       wish.user = "oidc:ada@acme.example";
     },
     std::nullopt, ""},
    {"AndNoOther", [](Wish&, Limits&, Identity& identity, Facts&) { identity.user_template = "oidc:{email}"; },
     ErrorKind::Forbidden, "is of oidc:ada@acme.example"},
    {"NoServiceAccount",
     [](Wish& wish, Limits&, Identity& identity, Facts&) {
       identity.user_template = "{email}";
       wish.user = wish.email = "system:serviceaccount:a:b";
     },
     ErrorKind::Forbidden, "people sign up"},
    {"ADomainThatIsAllowed",
     [](Wish&, Limits& limits, Identity&, Facts&) { limits.email_domains = {"globex.example", "acme.example"}; },
     std::nullopt, ""},
    {"ADomainThatIsNot", [](Wish&, Limits& limits, Identity&, Facts&) { limits.email_domains = {"globex.example"}; },
     ErrorKind::Forbidden, "from these domains only: globex.example"},
    {"NoSubdomain", [](Wish&, Limits& limits, Identity&, Facts&) { limits.email_domains = {"example"}; },
     ErrorKind::Forbidden, "from these domains only: example"},
    {"AProtectedName", [](Wish&, Limits&, Identity&, Facts& facts) { facts.is_protected = true; }, ErrorKind::Invalid,
     "the namespace is protected"},
    {"ANameThatAnOrganizationHas", [](Wish&, Limits&, Identity&, Facts& facts) { facts.organization = ""; },
     ErrorKind::AlreadyExists, "the name acme is taken"},
    {"ANameThatSomebodySignedUpFor", [](Wish&, Limits&, Identity&, Facts& facts) { facts.organization = "bob"; },
     ErrorKind::AlreadyExists, "the name acme is taken"},
    {"ANameThatOneHasAlready",
     [](Wish&, Limits&, Identity&, Facts& facts) {
       facts.organization = "ada@acme.example";
       facts.namespace_exists = true;
     },
     ErrorKind::AlreadyExists, "you have signed up for acme already"},
    {"ANameThatANamespaceHas", [](Wish&, Limits&, Identity&, Facts& facts) { facts.namespace_exists = true; },
     ErrorKind::AlreadyExists, "the name acme is taken"},
    {"ANameThatAnotherListsAsItsNamespace", [](Wish&, Limits&, Identity&, Facts& facts) { facts.is_promised = true; },
     ErrorKind::AlreadyExists, "the name acme is taken"},
    {"NotMoreThanOne", [](Wish&, Limits&, Identity&, Facts& facts) { facts.others_of_user = 1; }, ErrorKind::Forbidden,
     "you have signed up for 1 Organization already"},
    {"AsManyAsThePlatformAllows",
     [](Wish&, Limits& limits, Identity&, Facts& facts) {
       limits.most_per_user = 3;
       facts.others_of_user = 2;
     },
     std::nullopt, ""},
    {"AndNotOneMore",
     [](Wish&, Limits& limits, Identity&, Facts& facts) {
       limits.most_per_user = 3;
       facts.others_of_user = 3;
     },
     ErrorKind::Forbidden, "for 3 Organizations already"},
};
INSTANTIATE_TEST_SUITE_P(Cases, SignupRules, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace guildhall::controllers::organization
