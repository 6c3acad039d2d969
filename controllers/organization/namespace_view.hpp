#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "controllers/organization/claim.hpp"
#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::organization {

/// What is kept of a Namespace: who has claimed it and whether it can still be used.
struct NamespaceView {
  std::string name;
  std::string uid;
  std::string resource_version;
  Claim claim;
  std::string created_for_uid;  ///< the Organization for which Guildhall created it; empty: somebody else did
  /// When the release of a namespace that is no longer listed began to wait; the epoch if what stands there is no time.
  std::optional<core::Timestamp> releasing_since;
  bool enroll = false;
  bool auto_accept = false;
  bool was_home = false;  ///< an Organization has or had it as its home
  bool deleting = false;  ///< deletionTimestamp set, or phase Terminating: takes no new objects

  /// Whether the Organization of that name and UID has claimed it, and both halves of the claim stand.
  [[nodiscard]] bool is_claimed_by(const std::string& organization, const std::string& organization_uid) const {
    return !organization.empty() && claim.organization == organization && claim.uid == organization_uid;
  }
  bool operator==(const NamespaceView&) const = default;
};

/// Reads a v1 Namespace. Errors: Invalid with the path of what is missing or has the wrong type.
core::Result<NamespaceView> parse_namespace_view(const nlohmann::json& object);

}  // namespace guildhall::controllers::organization
