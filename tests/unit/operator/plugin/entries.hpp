// Entries of the log, as the server sends them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace guildhall::plugin {

inline nlohmann::json role_change() {
  return nlohmann::json::parse(R"({
    "apiVersion": "records.guildhall.dev/v1alpha1", "kind": "AuditEntry",
    "metadata": {"name": "5f1e", "namespace": "acme", "uid": "5f1e", "resourceVersion": "7"},
    "time": "2026-11-24T10:00:00.123456Z", "organization": {"name": "acme", "uid": "u"}, "scope": "Organization",
    "action": "MemberRoleChanged", "outcome": "Success",
    "actor": {"email": "ada@acme.example", "user": "oidc:ada", "credential": "OIDC"}, "source": "Admission",
    "object": {"kind": "Member", "name": "jane", "uid": "v"},
    "changes": [{"field": "spec.role", "old": "Viewer", "new": "Editor"}, {"field": "spec.state", "old": "Active"}],
    "index": 12})");
}

/// Told of three alike, without an email and changes.
inline nlohmann::json repair() {
  return nlohmann::json::parse(R"({
    "metadata": {"name": "6a2b", "namespace": "acme", "resourceVersion": "8"}, "time": "2026-11-24T11:00:00Z",
    "scope": "Organization", "action": "MemberBindingRepaired", "outcome": "Success", "actor": {"user": "guildhall"},
    "source": "Reconciler", "object": {"kind": "Member", "name": "bob"}, "note": "The binding was put back.",
    "count": 3, "index": 13})");
}

}  // namespace guildhall::plugin
