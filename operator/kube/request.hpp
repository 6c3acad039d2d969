#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/core/resource_type.hpp"
#include "operator/kube/client.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// Everything but the unreserved characters of RFC 3986 becomes %XX.
std::string percent_encode(std::string_view text);

/// "/api/v1/namespaces/acme/secrets", "/apis/guildhall.dev/v1alpha1/apikeys" (all namespaces), ...
/// Source: Kubernetes API concepts, "Resource URIs".
std::string collection_path(const core::ResourceType& type, const std::string& ns);
/// The same with the object's name, and the subresource where it is not empty.
std::string object_path(const core::ResourceType& type, const core::ObjectKey& key, std::string_view subresource = {});
/// Whether no name in a path like these means another path: none is empty, "." or "..", or holds "/" or "%". Encoding
/// does not help, as a server decodes a path before it takes it apart. Source: apimachinery,
/// path.IsValidPathSegmentName.
bool has_names_only(std::string_view target);

/// One request of the client, and what the rest of the client must know of it. Pure: built without I/O.
struct Call {
  HttpRequest request;
  std::string verb;        ///< get, list, watch, create, patch, update, delete
  std::string resource;    ///< "apikeys.guildhall.dev/status": in metrics
  std::string object;      ///< "ApiKey acme/grafana": in errors
  bool write = false;      ///< changes something: asks the write guard, is counted as a write
  bool repeatable = true;  ///< may be sent again when the connection was lost and the outcome is unknown
};

Call get_call(const core::ResourceType& type, const core::ObjectKey& key);
Call list_call(const core::ResourceType& type, const ListOptions& options);
Call watch_call(const core::ResourceType& type, const WatchOptions& options);
Call lines_call(const core::ResourceType& type, const LinesOptions& options);
Call create_call(const core::ResourceType& type, const std::string& ns, std::string body,
                 std::string_view field_manager);
Call apply_call(const core::ResourceType& type, const core::ObjectKey& key, std::string body,
                const ApplyOptions& options, std::string_view field_manager);
Call merge_patch_call(const core::ResourceType& type, const core::ObjectKey& key, std::string body,
                      std::string_view field_manager);
Call replace_call(const core::ResourceType& type, const core::ObjectKey& key, std::string body,
                  std::string_view field_manager);
/// Repeatable only with a precondition: without one, a second DELETE could hit an object made in between.
Call delete_call(const core::ResourceType& type, const core::ObjectKey& key, const DeletePreconditions& preconditions);
/// A write as one that the server checks and does not keep; any other call as it is.
Call as_dry_run(Call call);
/// The resources of the type's group and version.
Call discovery_call(const core::ResourceType& type);
/// POSTs that ask and change nothing: no writes, and repeatable.
Call token_review_call(std::string_view token, const std::vector<std::string>& audiences);
Call access_review_call(const AccessQuestion& question);

}  // namespace guildhall::kube
