#include "controllers/apikey/label_selector.hpp"

#include <algorithm>

namespace guildhall::controllers::apikey {
namespace {

using Labels = std::map<std::string, std::string>;
using Requirement = api::ApiKeyDeploymentsSelectorMatchExpression;
using Operator = api::ApiKeyDeploymentsSelectorMatchExpressionOperator;

bool is_met(const Requirement& requirement, const Labels& labels) {
  const auto found = labels.find(requirement.key);
  const bool exists = found != labels.end();
  const bool is_in = exists && std::ranges::find(requirement.values, found->second) != requirement.values.end();
  switch (requirement.op) {
    case Operator::In:
      return is_in;
    case Operator::NotIn:
      return !is_in;
    case Operator::Exists:
      return exists;
    case Operator::DoesNotExist:
      return !exists;
  }
  return false;
}

}  // namespace

bool selects(const api::ApiKeyDeploymentsSelector& selector, const Labels& labels) {
  const auto has = [&labels](const auto& wanted) {
    const auto found = labels.find(wanted.first);
    return found != labels.end() && found->second == wanted.second;
  };
  return std::ranges::all_of(selector.match_labels, has) &&
         std::ranges::all_of(selector.match_expressions, [&](const auto& one) { return is_met(one, labels); });
}

}  // namespace guildhall::controllers::apikey
