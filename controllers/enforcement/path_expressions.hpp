#pragma once

#include <string>
#include <vector>

#include "operator/api/organization.hpp"
#include "operator/gate/path_table.hpp"

namespace guildhall::controllers::enforcement {

/// What a proxy that matches paths by regular expressions (RE2, over the whole path) is to let through to a deployment.
struct PathExpression {
  std::vector<std::string> names;  ///< by which the first segment of the path may call it
  std::string product;
  gate::Tenant tenant;
  gate::PathUse use = gate::PathUse::Read;
};

/// One expression for all open paths of that use, each behind one of the names. A path that names a tenant has the
/// Organization's. Empty: none is open. Deterministic.
std::string expression_of(const PathExpression& what, const gate::PathTable& paths);

}  // namespace guildhall::controllers::enforcement
