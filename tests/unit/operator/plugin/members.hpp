// Members for the tests of the plugin.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "operator/plugin/member_view.hpp"

namespace guildhall::plugin {

/// Active, as the API server has it; `spec` and `status` are merge patches.
inline nlohmann::json member_json(const std::string& name, const nlohmann::json& spec = {},
                                  const nlohmann::json& status = {}) {
  nlohmann::json member = nlohmann::json::parse(R"({
    "apiVersion": "guildhall.dev/v1alpha1", "kind": "Member",
    "metadata": {"namespace": "acme", "uid": "u-1", "resourceVersion": "7", "generation": 3,
                 "creationTimestamp": "2026-11-01T09:00:00Z"},
    "spec": {"role": "Editor", "state": "Active", "invitation": {"delivery": "Email"}},
    "status": {"phase": "Active", "organization": "acme", "conditions": [
      {"type": "Ready", "status": "True", "reason": "Active", "message": "all is in force", "observedGeneration": 3}]}
  })");
  member["metadata"]["name"] = name;
  member["spec"]["email"] = name + "@acme.example";
  if (!spec.is_null()) member["spec"].merge_patch(spec);
  if (!status.is_null()) member["status"].merge_patch(status);
  return member;
}

inline MemberView view(const std::string& name, const nlohmann::json& spec = {}, const nlohmann::json& status = {}) {
  return member_view(member_json(name, spec, status));
}

/// The status of a Member that is not ready.
inline nlohmann::json not_ready(const std::string& reason, const std::string& message, bool stalled = true) {
  nlohmann::json conditions = nlohmann::json::array();
  conditions.push_back(
      {{"type", "Ready"}, {"status", "False"}, {"reason", reason}, {"message", message}, {"observedGeneration", 3}});
  if (stalled) conditions.push_back({{"type", "Stalled"}, {"status", "True"}, {"observedGeneration", 3}});
  return {{"phase", "PendingInvitation"}, {"conditions", conditions}};
}

}  // namespace guildhall::plugin
