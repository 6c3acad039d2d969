#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"

namespace guildhall::records {

inline constexpr const char* kApiServiceName = "v1alpha1.records.guildhall.dev";
inline constexpr const char* kServiceName = "guildhall-operator";
/// On the APIService: the process that last asked the API server to look again.
inline constexpr const char* kServedByAnnotation = "guildhall.dev/served-by";

/// Where the API server is to find us.
struct ApiPlace {
  std::string ns;  ///< of the Service
  /// Outside a cluster: the host, which a Service of type ExternalName names. Unset: the chart has made a Service, and
  /// the APIService that names it.
  std::optional<std::string> external_host;
};

/// The APIService's spec, and the Service's outside a cluster, with all that the server would fill in.
nlohmann::json api_service_spec(const ApiPlace& place, std::uint16_t port, const std::string& authorities);
nlohmann::json service_spec(const std::string& external_host);

/// Has the API server hand on requests for our group. In a cluster only the APIService's caBundle is kept; outside of
/// one it is made, with its Service. Source: Kubernetes, "Configure the Aggregation Layer".
///
/// After an outage the API server waits for as long as that took, up to half a minute, before it looks again
/// (kube-aggregator available_controller), or until the APIService changes. In a cluster the Service's endpoints tell
/// it; outside of one a process writes its name there, once.
class ApiRegistration {
 public:
  /// `client` outlives this. `instance`: the name of this process, which no other has.
  ApiRegistration(kube::Client& client, ApiPlace place, std::string instance)
      : client_(client), place_(std::move(place)), instance_(std::move(instance)) {}

  /// Before keep(), once the port is known.
  void set_port(std::uint16_t port) { port_ = port; }
  /// Writes only what differs. Errors: of the API server; NotFound where the chart's APIService is missing.
  core::Result<void> keep(const std::string& authorities, const std::stop_token& stop);

  /// Takes away what keep() made outside a cluster: an API that nobody serves keeps namespaces from being deleted.
  core::Result<void> withdraw(const std::stop_token& stop);

 private:
  core::Result<void> keep_service(const std::stop_token& stop);
  core::Result<void> inject(const std::string& authorities, const std::stop_token& stop);
  /// Makes the object, or gives it that spec. What is unreachable is given our name.
  core::Result<void> put(const core::ResourceType& type, const core::ObjectKey& key, nlohmann::json spec,
                         const std::stop_token& stop);

  kube::Client& client_;
  ApiPlace place_;
  std::string instance_;
  std::uint16_t port_ = 0;
};

}  // namespace guildhall::records
