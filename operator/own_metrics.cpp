#include "operator/own_metrics.hpp"

#include <utility>

namespace guildhall {
namespace {

constexpr std::pair<const char*, const char*> kWrites[] = {
    {"patch", "apikeys.guildhall.dev"},
    {"patch", "apikeys.guildhall.dev/status"},
    {"patch", "members.guildhall.dev"},
    {"patch", "members.guildhall.dev/status"},
    {"patch", "organizations.guildhall.dev"},
    {"patch", "organizations.guildhall.dev/status"},
    {"patch", "secrets"},
    {"delete", "secrets"},
    {"patch", "namespaces"},
    {"delete", "namespaces"},
    {"patch", "roles.rbac.authorization.k8s.io"},
    {"delete", "roles.rbac.authorization.k8s.io"},
    {"patch", "clusterroles.rbac.authorization.k8s.io"},
    {"delete", "clusterroles.rbac.authorization.k8s.io"},
    {"patch", "rolebindings.rbac.authorization.k8s.io"},
    {"delete", "rolebindings.rbac.authorization.k8s.io"},
    {"patch", "clusterrolebindings.rbac.authorization.k8s.io"},
    {"delete", "clusterrolebindings.rbac.authorization.k8s.io"},
    {"create", "secrets"},
    {"patch", "vmusers.operator.victoriametrics.com"},
    {"delete", "vmusers.operator.victoriametrics.com"},
    {"update", "validatingwebhookconfigurations.admissionregistration.k8s.io"},
    {"update", "mutatingwebhookconfigurations.admissionregistration.k8s.io"},
    {"create", "leases.coordination.k8s.io"},
    {"update", "leases.coordination.k8s.io"},
    {"create", "organizations.guildhall.dev"},
    {"create", "events.events.k8s.io"}};

}  // namespace

void declare_writes(core::Metrics& metrics) {
  for (const auto& [verb, resource] : kWrites)
    metrics.count("guildhall_writes_total", {{"verb", verb}, {"resource", resource}}, 0);
}

std::vector<telemetry::Sample> expiry_samples(const kube::Informer<api::ApiKey>& api_keys) {
  std::vector<telemetry::Sample> samples;
  for (const auto& key : api_keys.list()) {
    for (const auto& entry : key->status.keys) {
      if (entry.state != api::ApiKeyStatusKeyState::Current || !entry.expires_at) continue;
      samples.push_back({.labels = {{"namespace", key->metadata.ns}, {"name", key->metadata.name}},
                         .value = std::chrono::duration<double>(entry.expires_at->time_since_epoch()).count()});
    }
  }
  return samples;
}

}  // namespace guildhall
