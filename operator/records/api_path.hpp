#pragma once

#include <string>
#include <string_view>

namespace guildhall::records {

enum class Place {
  Malformed,         ///< an escape that is none
  Unknown,           ///< nothing that is served here
  Health,            ///< /healthz, /livez, /readyz
  Groups,            ///< /apis
  Group,             ///< /apis/records.guildhall.dev
  Version,           ///< /apis/records.guildhall.dev/v1alpha1
  OpenApi,           ///< /openapi/v3
  OpenApiOfVersion,  ///< /openapi/v3/apis/records.guildhall.dev/v1alpha1
  Resource,          ///< below the version
};

/// What a request's path asks for.
struct ApiPath {
  Place place = Place::Unknown;
  std::string ns;           ///< of Resource; empty: the whole cluster
  std::string resource;     ///< of Resource: "auditentries", or one that is not served
  std::string name;         ///< of Resource; empty: all of them
  std::string subresource;  ///< of Resource, and whatever stands behind it
  bool operator==(const ApiPath&) const = default;
};

/// Reads a path as the API server does: escapes first, so that an escaped slash parts as a slash; slashes at both ends
/// do not matter. Source: k8s.io/apiserver, pkg/endpoints/request, RequestInfo.
ApiPath read_api_path(std::string_view path);

/// The verb of a request for a resource, as RBAC knows it: "get", "list", "watch", "create", "update", "patch",
/// "delete", "deletecollection"; empty for a method that has none. Same source.
std::string_view verb_of(std::string_view method, bool has_name, bool watch);

}  // namespace guildhall::records
