#include "tests/unit/controllers/organization/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "controllers/organization/courses.hpp"
#include "controllers/organization/names.hpp"
#include "controllers/organization/repairs.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

using nlohmann::json;

api::Organization parsed(const json& object) {
  auto organization = api::parse_organization(object);
  EXPECT_TRUE(organization.has_value()) << (organization ? "" : organization.error().describe());
  return *organization;
}

json initial_organization() {
  return json::parse(R"({"apiVersion": "guildhall.dev/v1alpha1", "kind": "Organization",
    "metadata": {"name": "acme", "uid": "u-acme", "generation": 1, "resourceVersion": "1", "creationTimestamp": "2026-11-24T09:00:00Z"},
    "spec": {"displayName": "Acme", "state": "Active", "deletionPolicy": "Retain"}})");
}

bool globex_holds(const Claim& claim) {
  return claim.uid == "u-globex" || claim.organization == "globex";
}

json owners(const std::string& uid) {
  return json::array({{{"apiVersion", "guildhall.dev/v1alpha1"},
                       {"kind", "Organization"},
                       {"name", "acme"},
                       {"uid", uid},
                       {"controller", true}}});
}

/// A merge patch leaves an empty map where the last entry was removed; so does the API server, and readers do not care.
void put(json& map, const std::string& name, const std::string& value) {
  if (!value.empty()) map[name] = value;
}

}  // namespace

core::Timestamp noon() {
  return *core::parse_timestamp("2026-11-24T10:00:00Z");
}

World::World() : organization(parsed(initial_organization())) {}

void World::edit(const json& spec_patch) {
  json object = api::to_json(organization);
  object["spec"].merge_patch(spec_patch);
  object["metadata"]["generation"] = organization.metadata.generation + 1;
  object["metadata"]["resourceVersion"] = next_version();
  organization = parsed(object);
}

void World::annotate(const std::string& name, const std::string& value) {
  organization.metadata.annotations[name] = value;
}

void World::mark_deleted() {
  if (organization.metadata.finalizers.empty()) {
    exists_ = false;
    return;
  }
  organization.metadata.deletion_timestamp = core::floor_to_seconds(now);
  organization.metadata.resource_version = next_version();
}

void World::put_namespace(const std::string& name, const NamespaceState& state) {
  json labels = {{"kubernetes.io/metadata.name", name}};
  json annotations = json::object();
  put(labels, kOrganizationLabel, state.claim.organization);
  put(annotations, kOrganizationUidAnnotation, state.claim.uid);
  put(annotations, kCreatedByAnnotation, state.created_for_uid);
  put(annotations, kReleasingSinceAnnotation, state.releasing_since);
  namespaces_[name] = {{"metadata",
                        {{"name", name},
                         {"uid", "n-" + next_version()},
                         {"resourceVersion", next_version()},
                         {"labels", std::move(labels)},
                         {"annotations", std::move(annotations)}}},
                       {"status", {{"phase", state.deleting ? "Terminating" : "Active"}}}};
}

void World::put_role(const std::string& owner_uid, const json& rules) {
  const core::ObjectKey key = role_key();
  json object = core::object_head(core::types::roles(), key);
  object["metadata"]["uid"] = "r-" + next_version();
  object["metadata"]["resourceVersion"] = next_version();
  object["rules"] = rules;
  if (!owner_uid.empty()) object["metadata"]["ownerReferences"] = owners(owner_uid);
  grants_[core::describe(core::types::roles(), key)] = std::move(object);
}

void World::put_binding(const core::ObjectKey& key, const RoleReference& role, const Subjects& subjects,
                        const std::string& owner_uid) {
  json object = core::object_head(binding_type(key), key);
  object["metadata"]["uid"] = "b-" + next_version();
  object["metadata"]["resourceVersion"] = next_version();
  object["roleRef"] = {{"kind", role.kind}, {"name", role.name}};
  object["subjects"] = json::array();
  for (const auto& subject : subjects)
    object["subjects"].push_back(to_json(subject));
  if (!owner_uid.empty()) object["metadata"]["ownerReferences"] = owners(owner_uid);
  grants_[core::describe(binding_type(key), key)] = std::move(object);
}

void World::put_cluster_role(const std::string& name, const json& rules) {
  json& object = grants_.at(core::describe(core::types::cluster_roles(), {"", name}));
  object["rules"] = rules;
  object["metadata"]["resourceVersion"] = next_version();
}

void World::put_member(const std::string& name, api::MemberRole role, Standing standing) {
  members.push_back({.name = name,
                     .uid = "m-" + name,
                     .role = role,
                     .standing = standing,
                     .subjects = {{.kind = "User", .name = name + "@acme.example", .ns = {}}}});
}

SeenMember& World::member(const std::string& name) {
  return *std::ranges::find(members, name, &SeenMember::name);
}

void World::restore(const std::string& uid) {
  json object = api::to_json(organization);
  object.erase("status");
  object["metadata"] = {{"name", "acme"}, {"uid", uid}, {"generation", 1}, {"resourceVersion", next_version()}};
  organization = parsed(object);
  exists_ = true;
}

void World::patch_namespace(const std::string& name, const json& metadata) {
  namespaces_.at(name).merge_patch({{"metadata", metadata}});
  namespaces_.at(name)["metadata"]["resourceVersion"] = next_version();
}

NamespaceView World::ns(const std::string& name) const {
  return *parse_namespace_view(namespaces_.at(name));
}

std::optional<RoleView> World::role() const {
  const auto found = grants_.find(core::describe(core::types::roles(), role_key()));
  return found == grants_.end() ? std::nullopt : std::optional(*parse_role_view(found->second));
}

std::optional<RoleView> World::cluster_role(const std::string& name) const {
  const auto found = grants_.find(core::describe(core::types::cluster_roles(), {"", name}));
  return found == grants_.end() ? std::nullopt : std::optional(*parse_role_view(found->second));
}

std::optional<BindingView> World::binding(const core::ObjectKey& key) const {
  const auto found = grants_.find(core::describe(binding_type(key), key));
  return found == grants_.end() ? std::nullopt : std::optional(*parse_binding_view(found->second));
}

std::string World::bound(const std::string& ns, const std::string& cluster_role) const {
  const auto standing = binding({ns, ns.empty() ? cluster_role : "guildhall:" + cluster_role});
  if (!standing) return "-";
  std::string names;
  for (const auto& subject : standing->subjects)
    names += (names.empty() ? "" : ", ") + subject.name.substr(0, subject.name.find('@'));
  return names;
}

std::vector<std::string> World::grants() const {
  std::vector<std::string> names;
  names.reserve(grants_.size());
  for (const auto& [name, object] : grants_)
    names.push_back(name);
  return names;
}

Observed World::observe() const {
  Observed seen;
  seen.organization = organization;
  seen.api_keys = api_keys;
  seen.held_secrets = configurations;
  seen.secrets_with_tokens = secrets_with_tokens;
  seen.members = members;
  seen.failures = failures;
  if (awaits_founder(organization)) seen.signup = signup;
  seen.stood = stood_;
  seen.let_go_at = let_go_at;
  for (const auto& [name, object] : grants_) {
    if (object["kind"] == "Role" || object["kind"] == "ClusterRole") {
      seen.roles.push_back(*parse_role_view(object));
    } else {
      seen.bindings.push_back(*parse_binding_view(object));
    }
  }
  seen.protected_namespaces = {"guildhall-system", {"monitoring"}};
  const Claim ours = claim_of(organization);
  const auto& listed = organization.spec.namespaces;
  for (const auto& [name, object] : namespaces_) {
    const NamespaceView view = ns(name);
    const bool named = name == home_namespace(organization) || std::ranges::find(listed, name) != listed.end();
    if (named || view.claim.organization == ours.organization || view.claim.uid == ours.uid)
      seen.namespaces.push_back({view, globex_holds(view.claim)});
  }
  return seen;
}

void World::write_namespace(const core::Apply& apply) {
  const auto standing = namespaces_.find(apply.key.name);
  namespace_writes_.push_back({apply.key.name, standing == namespaces_.end() ? Claim{} : claim(apply.key.name)});
  if (standing == namespaces_.end()) {
    ASSERT_EQ(apply.mode, core::WriteMode::ServerSideApply) << "a patch creates nothing";
    json object = apply.object;
    object["metadata"]["uid"] = "n-" + next_version();
    object["metadata"]["resourceVersion"] = next_version();
    namespaces_[apply.key.name] = std::move(object);
    return;
  }
  if (standing->second["metadata"]["resourceVersion"] != apply.resource_version) return;  // Conflict
  standing->second.merge_patch(apply.object);
  standing->second["metadata"]["resourceVersion"] = next_version();
}

bool World::write(const core::Apply& apply) {
  if (sealed.contains(core::describe(apply.type, apply.key))) return true;
  if (apply.type == core::types::namespaces()) {
    write_namespace(apply);
    return true;
  }
  if (apply.type == api::member_type()) {
    write_founder(apply);
  } else if (apply.type == api::organization_type()) {
    write_metadata(apply);
  } else {
    write_grant(apply);
  }
  return true;
}

void World::write_founder(const core::Apply& apply) {
  ASSERT_EQ(apply.resource_version, core::kOnlyIfAbsent);
  ASSERT_TRUE(has_namespace(apply.key.ns));
  if (std::ranges::find(members, apply.key.name, &SeenMember::name) != members.end()) return;  // Conflict
  put_member(apply.key.name, api::MemberRole::Admin);
}

void World::write_metadata(const core::Apply& apply) {
  json object = api::to_json(organization);
  object.merge_patch(apply.object);
  object["metadata"]["resourceVersion"] = next_version();
  organization = parsed(object);
}

void World::write_grant(const core::Apply& apply) {
  EXPECT_EQ(apply.type.group, core::types::roles().group);
  const std::string name = core::describe(apply.type, apply.key);
  if (refused.contains(name)) return;
  json object = apply.object;
  const auto standing = grants_.find(name);
  object["metadata"]["uid"] =
      standing == grants_.end() ? json("g-" + next_version()) : standing->second["metadata"]["uid"];
  object["metadata"]["resourceVersion"] = next_version();
  if (standing != grants_.end() && object.contains("roleRef")) {
    EXPECT_EQ(object["roleRef"]["name"], standing->second["roleRef"]["name"]) << "a binding's role cannot be changed";
  }
  if (standing != grants_.end()) {
    EXPECT_FALSE(standing->second.contains("aggregationRule")) << "only a cluster's administrator may write it";
    const json& metadata = standing->second["metadata"];
    if (metadata.contains("deletionTimestamp")) object["metadata"]["deletionTimestamp"] = metadata["deletionTimestamp"];
  }
  grants_[name] = std::move(object);
}

void World::remove(const core::Remove& remove) {
  if (sealed.contains(core::describe(remove.type, remove.key))) return;
  if (remove.type.group == core::types::roles().group) {
    const auto standing = grants_.find(core::describe(remove.type, remove.key));
    if (standing == grants_.end() || standing->second["metadata"]["uid"] != remove.uid) return;
    if (!held.contains(standing->first)) {
      grants_.erase(standing);
      return;
    }
    EXPECT_FALSE(standing->second["metadata"].contains("deletionTimestamp")) << "it is being deleted already";
    standing->second["metadata"]["deletionTimestamp"] = "2026-11-24T12:00:00Z";
    return;
  }
  ASSERT_EQ(remove.type, core::types::namespaces());
  namespace_writes_.push_back({remove.key.name, claim(remove.key.name)});
  ASSERT_EQ(ns(remove.key.name).uid, remove.uid);
  remove_namespace(remove.key.name);
  if (remove.key.name != home_namespace(organization)) return;
  api_keys.clear();
  members.clear();
}

void World::forget_namespace(const std::string& name) {
  std::erase_if(grants_, [&](const auto& grant) { return grant.second["metadata"].value("namespace", "") == name; });
}

void World::write_status(const json& status) {
  json object = api::to_json(organization);
  object["status"] = status;
  object["metadata"]["resourceVersion"] = next_version();
  organization = parsed(object);
}

void World::let_keys_go() {
  for (auto& key : api_keys)
    key = {.name = key.name, .phase = ApiKeyPhase::Pending, .secret_name = {}, .secret_namespaces = {}};
}

void World::execute(const core::Plan& plan, int most_writes) {
  stood_ = standing_as_wanted(observe(), plan);
  // What the plan itself has written before is no conflict.
  const std::string seen_version = organization.metadata.resource_version;
  const auto may = [&] { return most_writes-- > 0; };
  if (plan.finalizer == core::FinalizerChange::Add && may()) organization.metadata.finalizers.emplace_back(kFinalizer);
  if (plan.status && may()) write_status(*plan.status);
  for (const auto& apply : plan.apply) {
    const bool is_stale = apply.type == api::organization_type() && apply.resource_version != seen_version;
    if (may() && !is_stale) write(apply);
  }
  finish(plan, may);
}

void World::finish(const core::Plan& plan, const std::function<bool()>& may) {
  for (const auto& gone : plan.remove) {
    if (may()) remove(gone);
  }
  for (const auto& entry : plan.audit) {
    if (may()) told_.push_back(std::string(entry.action.text()));
  }
  if (plan.lets_go() && may()) exists_ = false;
}

int World::settle() {
  for (int rounds = 0; rounds < 20; ++rounds) {
    if (!exists_) return rounds;
    if (keys_let_go && organization.metadata.is_deleting()) let_keys_go();
    const core::Plan next = plan_now();
    if (next.writes_nothing()) return rounds;
    execute(next);
  }
  ADD_FAILURE() << "does not come to rest";
  return 20;
}

void World::settle_while_refused() {
  for (int rounds = 0; rounds < 10; ++rounds)
    execute(plan_now());
}

void World::live_on() {
  settle();
  for (int looks = 0; looks < 10 && exists_; ++looks) {
    const auto after = plan_now().look_again_after;
    if (!after) return;
    now += *after;
    settle();
  }
}

std::string World::condition(const std::string& type) const {
  const core::Condition* found = core::find_condition(organization.status.conditions, type);
  if (found == nullptr) return "";
  return std::string(found->status ? "True/" : "False/") + found->reason;
}

std::string World::ready() const {
  return condition("Ready");
}

std::string World::message(const std::string& type) const {
  const core::Condition* found = core::find_condition(organization.status.conditions, type);
  return found == nullptr ? "" : found->message;
}

}  // namespace guildhall::controllers::organization
