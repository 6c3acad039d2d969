#include "operator/plugin/rights.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace guildhall::plugin {
namespace {

const Place kAcme{.home = "acme",
                  .organization = "acme",
                  .namespaces = {"acme-prod", "acme-edge"},
                  .key_secret = "grafana",
                  .own_member = "jane"};

const Action* find(const std::vector<Action>& actions, const std::string& words, const std::string& ns) {
  const auto found = std::ranges::find_if(actions, [&](const Action& a) { return a.words == words && a.ns == ns; });
  return found == actions.end() ? nullptr : &*found;
}

TEST(RightsTest, AQuestionIsReadAsKubectlReadsIt) {
  EXPECT_EQ(
      question_of("get", "apikeys/grafana", "acme"),
      (Question{.verb = "get", .group = "guildhall.dev", .resource = "apikeys", .ns = "acme", .name = "grafana"}));
  EXPECT_EQ(
      question_of("manage", "organization/acme", "other"),
      (Question{.verb = "manage", .group = "guildhall.dev", .resource = "organizations", .ns = "", .name = "acme"}));
  EXPECT_EQ(question_of("list", "pods", "acme"),
            (Question{.verb = "list", .group = "", .resource = "pods", .ns = "acme", .name = ""}));
}

TEST(RightsTest, WhatDiscoveryTellsOfIsOneResourceOfTheCoreGroup) {
  for (const char* const asked : {"pods", "bar", "secrets/x"})
    EXPECT_TRUE(names_core_resource(question_of("get", asked, "acme"))) << asked;
  for (const char* const other : {"members", "deployments.apps", "vmsingles", "*", "users", "groups/a", "/healthz"})
    EXPECT_FALSE(names_core_resource(question_of("get", other, "acme"))) << other;
}

TEST(RightsTest, EachActionAsksOneThing) {
  const auto actions = actions_in(kAcme);
  const auto asks = [&](const std::string& words, const std::string& ns) {
    const Action* action = find(actions, words, ns);
    return action != nullptr && action->question ? *action->question : Question{};
  };
  EXPECT_EQ(asks("invite members", "acme"), question_of("create", "members", "acme"));
  EXPECT_EQ(asks("read the Secrets of keys", "acme"), question_of("get", "secrets/grafana", "acme"));
  EXPECT_EQ(asks("write deployments", "acme-edge"), question_of("create", "vmsingles", "acme-edge"));
  EXPECT_EQ(asks("change billing", "acme"), question_of("patch", "billingaccounts/billing", "acme"));
  EXPECT_EQ(asks("edit the organization", ""), question_of("patch", "organizations/acme", ""));
  EXPECT_EQ(asks("leave", "acme"), question_of("delete", "members/jane", "acme"));
}

TEST(RightsTest, WhatThereIsNotIsNotAsked) {
  const auto actions =
      actions_in({.home = "acme", .organization = {}, .namespaces = {}, .key_secret = {}, .own_member = {}});
  EXPECT_FALSE(find(actions, "leave", "acme")->question);
  EXPECT_FALSE(find(actions, "edit the organization", "")->question);
  EXPECT_FALSE(find(actions, "read the Secrets of keys", "acme")->question);
  EXPECT_TRUE(find(actions, "create API keys", "acme")->question);
}

TEST(RightsTest, AReviewIsAskedAndRead) {
  const auto review = access_review(question_of("get", "members/jane", "acme"));
  EXPECT_EQ(
      review["spec"]["resourceAttributes"],
      nlohmann::json::parse(R"({"verb": "get", "group": "guildhall.dev", "resource": "members", "namespace": "acme",
                                      "name": "jane"})"));
  EXPECT_TRUE(is_allowed({{"status", {{"allowed", true}}}}));
  EXPECT_FALSE(is_allowed({{"status", {{"allowed", false}}}}));
  EXPECT_FALSE(is_allowed(nlohmann::json::object()));
}

TEST(RightsTest, TheAnswersAreATableOrADocument) {
  const std::vector<Answer> answers{
      {{"invite members", "acme", question_of("create", "members", "acme")}, true},
      {{"edit the organization", "", question_of("patch", "organizations/acme", "")}, false},
      {{"leave", "acme", std::nullopt}, std::nullopt}};
  EXPECT_EQ(format_table(rights_table(answers)),
            "ACTION                  NAMESPACE   ALLOWED\n"
            "invite members          acme        yes\n"
            "edit the organization   <none>      no\n"
            "leave                   acme        -\n");
  const auto document = rights_document(kAcme, answers);
  EXPECT_EQ(document["organization"], "acme");
  EXPECT_EQ(
      document["actions"][0],
      nlohmann::json::parse(R"({"action": "invite members", "allowed": true, "namespace": "acme", "verb": "create",
                                      "resource": "members.guildhall.dev"})"));
  EXPECT_TRUE(document["actions"][2]["allowed"].is_null());
}

}  // namespace
}  // namespace guildhall::plugin
