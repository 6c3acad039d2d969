#pragma once

#include <map>
#include <string>

#include "operator/api/apikey.hpp"

namespace guildhall::controllers::apikey {

/// Whether the labels meet all that the selector asks for. As Kubernetes has it: NotIn and DoesNotExist also hold of an
/// object without the label; a selector that asks for nothing selects everything.
/// Source: k8s.io/apimachinery, LabelSelectorAsSelector.
bool selects(const api::ApiKeyDeploymentsSelector& selector, const std::map<std::string, std::string>& labels);

}  // namespace guildhall::controllers::apikey
