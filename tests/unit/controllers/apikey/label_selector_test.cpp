#include "controllers/apikey/label_selector.hpp"

#include <gtest/gtest.h>

namespace guildhall::controllers::apikey {
namespace {

using Operator = api::ApiKeyDeploymentsSelectorMatchExpressionOperator;
using Labels = std::map<std::string, std::string>;

struct Case {
  const char* name;
  Operator op;
  std::vector<std::string> values;
  bool of_x;     ///< team: x
  bool of_none;  ///< without the label
};

class LabelSelector : public ::testing::TestWithParam<Case> {};

TEST_P(LabelSelector, HoldsAsInKubernetes) {
  api::ApiKeyDeploymentsSelector selector;
  selector.match_expressions.push_back(
      {.key = "team", .op = GetParam().op, .values = GetParam().values, .unknown = {}});
  EXPECT_EQ(selects(selector, {{"team", "x"}}), GetParam().of_x);
  EXPECT_EQ(selects(selector, {{"other", "x"}}), GetParam().of_none);
}

INSTANTIATE_TEST_SUITE_P(Of, LabelSelector,
                         ::testing::Values(Case{"In", Operator::In, {"x", "y"}, true, false},
                                           Case{"InOthers", Operator::In, {"y"}, false, false},
                                           Case{"NotIn", Operator::NotIn, {"x", "y"}, false, true},
                                           Case{"NotInOthers", Operator::NotIn, {"y"}, true, true},
                                           Case{"Exists", Operator::Exists, {}, true, false},
                                           Case{"DoesNotExist", Operator::DoesNotExist, {}, false, true}),
                         [](const auto& info) { return info.param.name; });

TEST(ALabelSelector, NeedsAllThatItAsksFor) {
  api::ApiKeyDeploymentsSelector selector;
  EXPECT_TRUE(selects(selector, {})) << "it asks for nothing";
  selector.match_labels = {{"team", "x"}, {"stage", "prod"}};
  EXPECT_TRUE(selects(selector, {{"team", "x"}, {"stage", "prod"}, {"more", "y"}}));
  EXPECT_FALSE(selects(selector, {{"team", "x"}}));
  EXPECT_FALSE(selects(selector, {{"team", "x"}, {"stage", "test"}}));
  selector.match_expressions.push_back({.key = "old", .op = Operator::DoesNotExist, .values = {}, .unknown = {}});
  EXPECT_FALSE(selects(selector, {{"team", "x"}, {"stage", "prod"}, {"old", ""}}));
}

}  // namespace
}  // namespace guildhall::controllers::apikey
