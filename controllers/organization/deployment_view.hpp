#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "operator/api/organization.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"

namespace guildhall::controllers::organization {

using DeploymentKind = api::OrganizationDeploymentKind;
using DeploymentProduct = api::OrganizationDeploymentProduct;

/// On a Service: it leads to a deployment, which keys call by this name.
inline constexpr const char* kDeploymentLabel = "guildhall.dev/deployment";
/// On such a Service: what it leads to; a VMSingle unless it says otherwise.
inline constexpr const char* kProductLabel = "guildhall.dev/product";

/// What is kept of an object that is a deployment, or leads to one.
// NOLINTBEGIN(readability-redundant-member-init): with them GCC lets a designated initializer leave a member out.
struct DeploymentView {
  core::ObjectKey key;  ///< of the object
  DeploymentKind kind = DeploymentKind::Service;
  std::string name = {};  ///< by which keys call it
  DeploymentProduct product = DeploymentProduct::VMSingle;
  std::string url = {};                            ///< where it is read, and written unless `write_url` says otherwise
  std::string write_url = {};                      ///< where a cluster is written; empty: at `url`
  std::map<std::string, std::string> labels = {};  ///< of the object, for selectors
  std::string flaw = {};                           ///< why it cannot be one, for people; empty: it can

  bool operator==(const DeploymentView&) const = default;
};
// NOLINTEND(readability-redundant-member-init)

/// All but Service: kinds of the VictoriaMetrics operator, which may not be installed.
std::span<const DeploymentKind> optional_deployment_kinds();
/// Their type. Of Service: v1 Services.
const core::ResourceType& deployment_type(DeploymentKind kind);

/// "VMSingle acme-prod/metrics".
std::string describe(const DeploymentView& view);

/// Reads a v1 Service with the label. Errors: Invalid with the path of what is missing or has the wrong type.
core::Result<DeploymentView> parse_service_deployment(const nlohmann::json& object);

/// Reads an object of that kind of the VictoriaMetrics operator; not a Service. Errors: likewise.
core::Result<DeploymentView> parse_deployment(DeploymentKind kind, const nlohmann::json& object);

}  // namespace guildhall::controllers::organization
