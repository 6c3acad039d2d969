#pragma once

#include <string>

namespace guildhall::plugin {

/// A resource of the API, as its authorizer names it.
struct ResourceName {
  std::string plural;
  std::string group;
  bool cluster_scoped = false;
};

/// What somebody wrote: "members", "member", "gmem", "vmsingles", "pods", "leases.coordination.k8s.io". A group that is
/// written counts; without one, it is that of Guildhall or of the VictoriaMetrics operator if they have such a kind,
/// else the core's. Asks no server: one that does not serve a kind answers about it all the same.
ResourceName resource_name(const std::string& written);

}  // namespace guildhall::plugin
