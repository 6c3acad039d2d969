#include "tests/faults/tenant.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"

namespace guildhall::tests::faults {
namespace {

using nlohmann::json;

std::string secrets_of(const Snapshot& snapshot) {
  std::string paths;
  for (const auto& [path, secret] : snapshot.secrets)
    paths += path + " ";
  return paths;
}

/// The names of Guildhall's labels, annotations and finalizers that an object has, but for what a former home keeps.
std::string marks_of(json object) {
  const json::json_pointer was_home("/metadata/annotations/guildhall.dev~1was-home");
  if (object.is_object() && object.contains(was_home))
    object.at(was_home.parent_pointer()).erase("guildhall.dev/was-home");
  const std::string metadata = object.is_null() ? "" : object["metadata"].dump();
  const auto at = metadata.find("guildhall.dev/");
  return at == std::string::npos ? "" : metadata.substr(at, 60);
}

}  // namespace

Tenant::Tenant(cluster::Kubectl kubectl, std::string name)
    : kubectl_(std::move(kubectl)), viewer_(kubectl_.kubeconfig()), name_(std::move(name)) {}

void Tenant::run(const std::vector<std::string>& arguments, const std::string& input) const {
  const auto output = kubectl_(arguments, input);
  if (output.exit_code != 0) throw std::runtime_error("kubectl: " + output.err);
}

void Tenant::create() const {
  run({"apply", "--server-side", "-f", "-"}, fmt::format(R"({{apiVersion: v1, kind: List, items: [
  {{apiVersion: v1, kind: Namespace, metadata: {{name: {0}-prod}}}},
  {{apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {{name: {0}}}, spec: {{displayName: Tenant, namespaces: [{0}-prod]}}}}]}})",
                                                         name_));
}

void Tenant::apply_key(const std::string& key) const {
  run({"apply", "--server-side", "-f", "-"}, fmt::format(R"({{apiVersion: v1, kind: List, items: [
  {{apiVersion: v1, kind: Namespace, metadata: {{name: {0}}}}},
  {{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {{name: {1}, namespace: {0}}}, spec: {{displayName: Key, permissions: Read,
    deployments: {{all: true}}, lifetime: 90d, rotation: {{every: 30d, overlap: 1s}}, secret: {{namespaces: [{0}-prod]}}}}}}]}})",
                                                         name_, key));
}

void Tenant::patch_key(const std::string& key, const std::string& spec) const {
  run({"patch", "apikey", key, "-n", name_, "--type=merge", "-p", R"({"spec": )" + spec + "}"});
}

void Tenant::rotate_key(const std::string& key) const {
  patch_key(key, R"({"rotateAt": "2026-01-01T00:00:00Z"})");
}

void Tenant::revoke_key(const std::string& key) const {
  patch_key(key, R"({"revoked": true})");
}

void Tenant::apply_member(const std::string& member, const std::string& spec) const {
  run({"apply", "--server-side", "-f", "-"},
      fmt::format("{{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {{name: {1}, namespace: {0}}}, spec: "
                  "{{email: {1}@{0}.example, invitation: {{delivery: None}}, {2}}}}}",
                  name_, member, spec));
}

void Tenant::remove_member(const std::string& member) const {
  run({"delete", "member", member, "-n", name_, "--wait=false"});
}

std::string Tenant::why_not_ready(const std::string& member, const std::string& ready) const {
  const json found = viewer_.get(api::member_type(), {name_, member});
  if (found.is_null()) return "there is no Member " + member;
  const bool is_judged = status_of(found).value("observedGeneration", 0) == found["metadata"]["generation"];
  return is_judged && ready_of(found) == ready ? "" : status_of(found).dump();
}

std::string Tenant::why_not_removed_member(const std::string& member) const {
  return viewer_.get(api::member_type(), {name_, member}).is_null() ? "" : "it stands";
}

std::string Tenant::why_not_told(const std::string& object, std::vector<std::string> actions) const {
  const auto read = kubectl_(
      {"get", "--raw",
       fmt::format("/apis/records.guildhall.dev/v1alpha1/namespaces/{}/auditentries?object={}", name_, object)});
  if (read.exit_code != 0) return read.err;
  std::vector<std::string> told;
  const json list = json::parse(read.out);
  for (const json& entry : list["items"])
    told.push_back(entry["action"]);
  std::ranges::sort(told);
  std::ranges::sort(actions);
  if (told != actions) return fmt::format("the log has: {}", fmt::join(told, " "));
  const std::vector<std::string> events = sealed_events(object);
  return events == actions ? "" : fmt::format("Events stand: {}", fmt::join(events, " "));
}

bool Tenant::has_event(const std::string& object, std::string_view action) const {
  return std::ranges::count(sealed_events(object), action) > 0;
}

std::string Tenant::why_not_told_to_be_deleted(const std::string& key) const {
  const std::vector<std::string> events = sealed_events("ApiKey/" + key);
  const bool told = std::ranges::any_of(events, [](const auto& event) { return event.starts_with("ApiKeyDeleted"); });
  return told ? "" : fmt::format("Events stand: {}", fmt::join(events, " "));
}

std::vector<std::string> Tenant::sealed_events(const std::string& object) const {
  std::vector<std::string> events;
  const json standing = kubectl_.get({"events.events.k8s.io", "-n", name_});
  for (const json& event : standing["items"]) {
    const json& regarding = event["regarding"];
    const std::string of = regarding.value("kind", "") + "/" + regarding.value("name", "");
    if (of == object && event["metadata"].contains("annotations")) events.push_back(event["reason"]);
  }
  std::ranges::sort(events);
  return events;
}

void Tenant::remove_key(const std::string& key) const {
  run({"delete", "apikey", key, "-n", name_, "--wait=false"});
}

void Tenant::remove() const {
  run({"delete", "organization", name_, "--wait=false"});
}

std::string Tenant::events() const {
  return kubectl_({"get", "events", "-n", name_, "--sort-by=.metadata.creationTimestamp"}).out;
}

std::string Tenant::token(const std::string& key) const {
  return entry_of(viewer_.get(core::types::secrets(), {name_, key}), "token");
}

std::string Tenant::why_not_settled(const std::vector<std::string>& keys) const {
  const auto now = snapshot();
  std::set<std::string> wanted;
  for (const auto& key : keys) {
    if (auto why = unsettled(now, path(key), {name_, name_ + "-prod"}); !why.empty()) return why;
    wanted.insert({path(key), name_ + "-prod/" + key});
  }
  return now.secrets.size() == wanted.size() ? "" : "other Secrets stand: " + secrets_of(now);
}

std::string Tenant::why_not_rotated(const std::string& key, const std::string& old_token) const {
  if (token(key) == old_token) return "the old token is still there";
  return unsettled(snapshot(), path(key), {name_, name_ + "-prod"});
}

std::string Tenant::why_not_revoked(const std::string& key) const {
  const auto now = snapshot();
  const auto found = now.keys.find(path(key));
  if (found == now.keys.end()) return "there is no ApiKey " + key;
  if (now.secrets.contains(path(key)) || now.secrets.contains(name_ + "-prod/" + key)) return "its Secrets stand";
  if (found->second["metadata"].contains("finalizers")) return "a finalizer stands";
  const bool revoked = ready_of(found->second) == "True/Revoked" && !status_of(found->second).contains("keys");
  return revoked ? "" : status_of(found->second).dump();
}

std::string Tenant::why_not_removed(const std::string& key) const {
  const auto now = snapshot();
  const bool stands =
      now.keys.contains(path(key)) || now.secrets.contains(path(key)) || now.secrets.contains(name_ + "-prod/" + key);
  return stands ? "the ApiKey, or one of: " + secrets_of(now) : "";
}

std::string Tenant::why_not_counted(int all, int active, const std::vector<std::string>& readable) const {
  const json organization = viewer_.get(api::organization_type(), {"", name_});
  if (organization.is_null()) return "there is no Organization";
  const json counted = status_of(organization).value("apiKeys", json::object());
  if (ready_of(organization).find("True/") != 0 || counted.value("total", 0) != all ||
      counted.value("active", 0) != active)
    return status_of(organization).dump();
  json role = viewer_.get(core::types::roles(), {name_, "guildhall:api-key-secrets"});
  if (role.is_null()) role = json::object();
  const json names = role.value("/rules/0/resourceNames"_json_pointer, json::array());
  return names == json(readable) ? "" : "the Role names " + names.dump();
}

std::string Tenant::why_not_gone() const {
  const auto now = snapshot();
  if (!now.keys.empty() || !now.secrets.empty())
    return fmt::format("{} ApiKeys, Secrets: {}", now.keys.size(), secrets_of(now));
  if (const json left = viewer_.get(api::organization_type(), {"", name_}); !left.is_null()) return left.dump();
  for (const auto& ns : {name_, name_ + "-prod"}) {
    if (const auto marks = marks_of(viewer_.get(core::types::namespaces(), {"", ns})); !marks.empty())
      return fmt::format("Namespace {} has {}", ns, marks);
    if (!viewer_.managed(core::types::roles(), ns).empty()) return "Roles are left in " + ns;
    if (!viewer_.managed(core::types::role_bindings(), ns).empty()) return "RoleBindings are left in " + ns;
  }
  return "";
}

}  // namespace guildhall::tests::faults
