#include "operator/plugin/identity.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/operator/plugin/members.hpp"

namespace guildhall::plugin {
namespace {

struct Case {
  const char* name;
  const char* user;
  nlohmann::json subjects;  ///< null: the User of jane@acme.example
  const char* want;         ///< "self: User jane", "access: Group editors", "nobody"
};

void PrintTo(const Case& test, std::ostream* out) {
  *out << test.name;
}

nlohmann::json subject(const char* kind, const char* name) {
  return {{"kind", kind}, {"name", name}};
}

class OwnMembersTest : public testing::TestWithParam<Case> {};

TEST_P(OwnMembersTest, AreFoundByTheirSubjects) {
  const auto& test = GetParam();
  const Caller caller{.user = test.user, .groups = {"editors", "system:authenticated"}};
  const nlohmann::json spec = test.subjects.is_null() ? nlohmann::json() : nlohmann::json{{"subjects", test.subjects}};
  const auto own = own_members(caller, {view("other"), view("jane", spec)});
  std::string found = "nobody";
  if (own.size() == 1) found = std::string(own[0].is_self ? "self: " : "access: ") + own[0].via;
  EXPECT_EQ(found, test.want);
}

INSTANTIATE_TEST_SUITE_P(
    Table, OwnMembersTest,
    testing::Values(
        Case{"TheEmail", "jane@acme.example", {}, "self: User jane@acme.example"},
        Case{"AnotherEmail", "jane@evil.example", {}, "nobody"}, Case{"CaseCounts", "Jane@acme.example", {}, "nobody"},
        Case{"ThePrefixOfAPlatform", "oidc:jane@acme.example", {}, "self: User oidc:jane@acme.example"},
        Case{"AnIssuerAsPrefix",
             "https://sso.example/#jane@acme.example",
             {},
             "self: User https://sso.example/#jane@acme.example"},
        Case{"WhatOnlyEndsLikeIt", "notjane@acme.example", {}, "nobody"},
        Case{"KubernetesOwn", "system:jane@acme.example", {}, "nobody"},
        Case{"AUser", "jd", nlohmann::json::array({subject("User", "jd")}), "self: User jd"},
        Case{"SubjectsReplaceTheEmail", "jane@acme.example", nlohmann::json::array({subject("User", "jd")}), "nobody"},
        Case{"AGroup", "jd", nlohmann::json::array({subject("Group", "editors")}), "access: Group editors"},
        Case{"IdentityBeforeAccess", "jd", nlohmann::json::array({subject("Group", "editors"), subject("User", "jd")}),
             "self: User jd"},
        Case{"AServiceAccount", "system:serviceaccount:acme:bot",
             nlohmann::json::array({{{"kind", "ServiceAccount"}, {"name", "bot"}, {"namespace", "acme"}}}),
             "self: ServiceAccount acme/bot"},
        Case{"OneOfAnotherNamespace", "system:serviceaccount:evil:bot",
             nlohmann::json::array({{{"kind", "ServiceAccount"}, {"name", "bot"}, {"namespace", "acme"}}}), "nobody"}),
    [](const auto& info) { return info.param.name; });

TEST(CallerTest, IsReadFromAReview) {
  const Caller caller = parse_caller({{"status", {{"userInfo", {{"username", "jane"}, {"groups", {"a", "b"}}}}}}});
  EXPECT_EQ(caller.user, "jane");
  EXPECT_EQ(caller.groups, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(parse_caller(nlohmann::json::object()).groups.empty());
}

}  // namespace
}  // namespace guildhall::plugin
