#include "controllers/organization/role_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::controllers::organization {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

json role_with(const json& rules) {
  return {{"metadata",
           {{"name", "guildhall:api-key-secrets"}, {"namespace", "acme"}, {"uid", "r-1"}, {"resourceVersion", "3"}}},
          {"rules", rules}};
}

TEST(RoleView, KnowsWhatItLetsOneGet) {
  EXPECT_THAT(*gettable_secrets(parse_role_view(role_with(secret_get_rules({"a", "b"})))->rules),
              ElementsAre("a", "b"));
  EXPECT_THAT(*gettable_secrets(parse_role_view(role_with(nullptr))->rules), ElementsAre());
  EXPECT_THAT(*gettable_secrets(parse_role_view(role_with(json::array()))->rules), ElementsAre());
}

TEST(RoleView, HasNoAnswerForRulesThatAreNotOurs) {
  const json ours = secret_get_rules({"a"});
  json more_verbs = ours;
  more_verbs[0]["verbs"].push_back("list");
  json two = ours;
  two.push_back(ours[0]);
  json every_secret = ours;
  every_secret[0].erase("resourceNames");
  json no_names = ours;
  no_names[0]["resourceNames"] = json::array();
  json numbers = ours;
  numbers[0]["resourceNames"] = {1};
  for (const auto& rules : {more_verbs, two, every_secret, no_names, numbers, json("x"), json({1})})
    EXPECT_EQ(gettable_secrets(parse_role_view(role_with(rules))->rules), std::nullopt) << rules;
}

TEST(RoleView, KnowsItsControllingOwner) {
  json object = role_with(json::array());
  object["metadata"]["ownerReferences"] = json::parse(R"([
    {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "u-x"},
    {"apiVersion": "guildhall.dev/v1alpha1", "kind": "Organization", "name": "acme", "uid": "u-acme", "controller": true}])");
  const auto view = parse_role_view(object);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->owner_uid, "u-acme");
  EXPECT_EQ(view->owner_name, "acme");
}

TEST(RoleView, OfNoRoleIsInvalid) {
  EXPECT_EQ(parse_role_view(json::object()).error().kind, core::ErrorKind::Invalid);
}

TEST(SecretGetRules, AreNoneWithoutSecrets) {
  EXPECT_EQ(secret_get_rules({}), json::array()) << "an empty resourceNames would mean every Secret";
}

}  // namespace
}  // namespace guildhall::controllers::organization
