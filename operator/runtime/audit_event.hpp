#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "operator/core/plan.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::runtime {

/// What an Event is about.
struct Regarding {
  core::ResourceType type;
  core::ObjectKey key;
  std::string uid;  ///< empty when the object is gone
};

/// Where an Event about that object must stand: its namespace, or `default` when it is cluster-scoped (the API server
/// accepts no other, and `kubectl describe` looks there).
std::string event_namespace(const core::ObjectKey& key);

/// "<name of the object, cut>.<hash of type, key and identity>": the same occurrence has the same name, so that it is
/// told once. At most 253 characters.
std::string event_name(const Regarding& regarding, std::string_view identity);

/// The events.k8s.io/v1 Event of one audit entry. The note is cut at 1024 bytes, between two characters.
nlohmann::json audit_event(const Regarding& regarding, const core::AuditNote& entry,
                           std::string_view reporting_instance, core::Timestamp now);

}  // namespace guildhall::runtime
