#include "tests/unit/controllers/organization/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "controllers/organization/courses.hpp"
#include "controllers/organization/names.hpp"

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
  role_ = {{"metadata",
            {{"name", "guildhall:api-key-secrets"},
             {"namespace", home_namespace(organization)},
             {"uid", "r-" + next_version()},
             {"resourceVersion", next_version()}}},
           {"rules", rules}};
  if (!owner_uid.empty()) {
    role_["metadata"]["ownerReferences"] = json::array({{{"apiVersion", "guildhall.dev/v1alpha1"},
                                                         {"kind", "Organization"},
                                                         {"name", "acme"},
                                                         {"uid", owner_uid},
                                                         {"controller", true}}});
  }
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
  if (role_.is_null()) return std::nullopt;
  return *parse_role_view(role_);
}

Observed World::observe() const {
  Observed seen;
  seen.organization = organization;
  seen.api_keys = api_keys;
  seen.members = members;
  seen.failures = failures;
  seen.key_secrets_role = role();
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
  if (apply.type == core::types::namespaces()) {
    write_namespace(apply);
    return true;
  }
  EXPECT_EQ(apply.type, core::types::roles());
  json object = apply.object;
  object["metadata"]["uid"] = role_.is_null() ? json("r-" + next_version()) : role_["metadata"]["uid"];
  object["metadata"]["resourceVersion"] = next_version();
  role_ = std::move(object);
  return true;
}

void World::remove(const core::Remove& remove) {
  if (remove.type == core::types::roles()) {
    if (!role_.is_null() && role_["metadata"]["uid"] == remove.uid) role_ = nullptr;
    return;
  }
  ASSERT_EQ(remove.type, core::types::namespaces());
  namespace_writes_.push_back({remove.key.name, claim(remove.key.name)});
  ASSERT_EQ(ns(remove.key.name).uid, remove.uid);
  namespaces_.erase(remove.key.name);
  if (remove.key.name != home_namespace(organization)) return;
  api_keys.clear();
  members.clear();
  role_ = nullptr;
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
  const auto may = [&] { return most_writes-- > 0; };
  if (plan.finalizer == core::FinalizerChange::Add && may()) organization.metadata.finalizers.emplace_back(kFinalizer);
  if (plan.status && may()) write_status(*plan.status);
  for (const auto& apply : plan.apply) {
    if (may()) write(apply);
  }
  for (const auto& gone : plan.remove) {
    if (may()) remove(gone);
  }
  for (const auto& entry : plan.audit) {
    if (may()) told_.push_back(entry.action);
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
