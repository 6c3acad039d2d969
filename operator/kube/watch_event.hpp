#pragma once

#include <nlohmann/json.hpp>

#include "operator/kube/client.hpp"

namespace guildhall::kube {

/// One event of a watch. Source: Kubernetes API concepts, "Efficient detection of changes".
struct WatchEvent {
  WatchEventType type = WatchEventType::Added;
  nlohmann::json object;  ///< without metadata.managedFields; of a bookmark only apiVersion, kind and metadata
  bool ends_initial_events = false;  ///< a bookmark with annotation k8s.io/initial-events-end
};

/// Reads one line of a watch. Errors: Gone for an ERROR event of code 410 (or reason Expired); Unavailable,
/// TooManyRequests ... for other ERROR events by their code; Invalid for what is no event.
core::Result<WatchEvent> parse_watch_line(std::string_view line);

}  // namespace guildhall::kube
