// What one look at an Organization comes to: whole plans.
#include "controllers/organization/plan.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "controllers/organization/names.hpp"
#include "controllers/organization/role_view.hpp"
#include "tests/unit/controllers/organization/world.hpp"

namespace guildhall::controllers::organization {
namespace {

using nlohmann::json;

const Claim kOurs{"acme", "u-acme"};

/// At rest: the home exists, is claimed, and all is written.
World settled(const json& spec = json::object()) {
  World world;
  world.put_namespace("acme");
  if (!spec.empty()) world.edit(spec);
  world.settle();
  return world;
}

json claim_patch() {
  return json::parse(R"({"metadata": {"labels": {"guildhall.dev/organization": "acme"},
                                      "annotations": {"guildhall.dev/organization-uid": "u-acme"}}})");
}

/// A home stays known as one.
json home_claim_patch() {
  json patch = claim_patch();
  patch["metadata"]["annotations"][kWasHomeAnnotation] = "true";
  return patch;
}

json release_patch() {
  return json::parse(R"({"metadata": {"labels": {"guildhall.dev/organization": null},
      "annotations": {"guildhall.dev/organization-uid": null, "guildhall.dev/created-for-organization-uid": null,
                      "guildhall.dev/auto-accept": null,
                      "guildhall.dev/releasing-since": null}}})");
}

core::Apply patch_of(const World& world, const std::string& name, json object) {
  return {.type = core::types::namespaces(),
          .key = {"", name},
          .object = std::move(object),
          .resource_version = world.ns(name).resource_version,
          .mode = core::WriteMode::MergePatch};
}

core::Apply role_apply(const std::vector<std::string>& secrets) {
  json object = json::parse(R"({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
      "metadata": {"name": "guildhall:api-key-secrets", "namespace": "acme", "labels": {"app.kubernetes.io/managed-by": "guildhall"},
        "ownerReferences": [{"apiVersion": "guildhall.dev/v1alpha1", "kind": "Organization", "name": "acme", "uid": "u-acme", "controller": true}]}})");
  object["rules"] = secret_get_rules(secrets);
  return {.type = core::types::roles(),
          .key = {"acme", "guildhall:api-key-secrets"},
          .object = std::move(object),
          .resource_version = {}};
}

SeenApiKey key_with_secret(const std::string& name, std::vector<std::string> namespaces = {"acme"}) {
  return {.name = name,
          .phase = ApiKeyPhase::Active,
          .secret_name = name + "-secret",
          .secret_namespaces = std::move(namespaces),
          .has_tokens = true};
}

core::Remove removal(const RoleView& role) {
  return {.type = role_type(role.key), .key = role.key, .uid = role.uid, .resource_version = {}};
}

core::Remove removal(const BindingView& binding) {
  return {.type = binding_type(binding.key), .key = binding.key, .uid = binding.uid, .resource_version = {}};
}

/// What a failure should show; `==` of the plans decides.
json readable(const core::Plan& plan) {
  json lines = json::array(
      {static_cast<int>(plan.finalizer), plan.look_again_after.value_or(std::chrono::milliseconds{-1}).count()});
  for (const auto& apply : plan.apply)
    lines.push_back({core::describe(apply.type, apply.key), apply.object, apply.resource_version,
                     apply.mode == core::WriteMode::MergePatch});
  for (const auto& remove : plan.remove)
    lines.push_back({core::describe(remove.type, remove.key), remove.uid, remove.resource_version});
  for (const auto& entry : plan.audit)
    lines.push_back({entry.action.text(), entry.note, entry.identity});
  return lines;
}

struct Case {
  std::string name;
  std::function<void(World&)> given;
  std::function<void(World&, core::Plan&)> want;  ///< fills in all but the status, which PlanStatus is about
};

class OrganizationPlan : public testing::TestWithParam<Case> {};

TEST_P(OrganizationPlan, WritesJustWhatIsNeeded) {
  World world = settled();
  GetParam().given(world);
  core::Plan plan = world.plan_now();
  plan.status.reset();
  core::Plan want;
  GetParam().want(world, want);
  EXPECT_EQ(readable(plan), readable(want));
  EXPECT_EQ(plan, want);
}

const Case kCases[] = {
    {"NothingAtRest", [](World&) {}, [](World&, core::Plan&) {}},
    {"AFreeListedNamespaceIsClaimed",
     [](World& w) {
       w.put_namespace("prod");
       w.edit({{"namespaces", {"prod"}}});
     },
     [](World& w, core::Plan& p) { p.apply = {patch_of(w, "prod", claim_patch())}; }},
    {"ANamespaceOfAnotherIsLeftAlone",
     [](World& w) {
       w.put_namespace("prod", {.claim = {"globex", "u-globex"}});
       w.edit({{"namespaces", {"prod"}}});
     },
     [](World&, core::Plan&) {}},
    {"ATerminatingNamespaceIsLeftAlone",
     [](World& w) {
       w.put_namespace("prod", {.deleting = true});
       w.edit({{"namespaces", {"prod"}}});
     },
     [](World&, core::Plan&) {}},
    {"AProtectedNamespaceIsLeftAlone",
     [](World& w) {
       w.put_namespace("monitoring");
       w.edit({{"namespaces", {"monitoring"}}});
     },
     [](World&, core::Plan&) {}},
    {"ASpannedNamespaceIsNeverCreated", [](World& w) { w.edit({{"namespaces", {"prod"}}}); },
     [](World&, core::Plan&) {}},
    {"ANamespaceOfAFormerOrganizationIsFree",
     [](World& w) {
       w.put_namespace("prod", {.claim = {"initech", "u-gone"}});
       w.edit({{"namespaces", {"prod"}}});
     },
     [](World& w, core::Plan& p) { p.apply = {patch_of(w, "prod", claim_patch())}; }},
    {"TheHomeSaysThatMembersAreAccepted", [](World& w) { w.edit({{"invitations", {{"autoAccept", true}}}}); },
     [](World& w, core::Plan& p) {
       json patch = home_claim_patch();
       patch["metadata"]["annotations"][kAutoAcceptAnnotation] = "true";
       p.apply = {patch_of(w, "acme", patch)};
     }},
    {"TheHomeNoLongerSaysSo",
     [](World& w) {
       w.edit({{"invitations", {{"autoAccept", true}}}});
       w.settle();
       w.edit({{"invitations", {{"autoAccept", false}}}});
     },
     [](World& w, core::Plan& p) {
       json patch = home_claim_patch();
       patch["metadata"]["annotations"][kAutoAcceptAnnotation] = nullptr;
       p.apply = {patch_of(w, "acme", patch)};
     }},
    {"ASpannedNamespaceNeverSaysSo",
     [](World& w) {
       w.put_namespace("prod", {.claim = {"acme", "u-acme"}});
       w.edit({{"namespaces", {"prod"}}, {"invitations", {{"autoAccept", true}}}});
       w.settle();
       w.patch_namespace("prod", {{"annotations", {{kAutoAcceptAnnotation, "true"}}}});
     },
     [](World& w, core::Plan& p) {
       json patch = claim_patch();
       patch["metadata"]["annotations"][kAutoAcceptAnnotation] = nullptr;
       p.apply = {patch_of(w, "prod", patch)};
     }},
    {"ALabelRemovedByHandIsPutBack",
     [](World& w) { w.patch_namespace("acme", {{"labels", {{kOrganizationLabel, nullptr}}}}); },
     [](World& w, core::Plan& p) {
       p.apply = {patch_of(w, "acme", home_claim_patch())};
       p.audit = {{.action = "OrganizationClaimRepaired",
                   .note = "the claim on namespace acme was changed by another; it is put back",
                   .identity = "u-acme/ClaimRepaired/" + w.ns("acme").uid + "/" + w.ns("acme").resource_version,
                   .changes = {{"Namespace acme", "changed", "put back"}}}};
     }},
    {"PausedStopsNewClaimsButNoRepair",
     [](World& w) {
       w.annotate(kPausedAnnotation, "true");
       w.put_namespace("prod");
       w.put_namespace("stage", {.claim = {"acme", "u-former"}});
       w.edit({{"namespaces", {"prod", "stage"}}});
       w.api_keys = {key_with_secret("grafana")};
     },
     [](World& w, core::Plan& p) { p.apply = {patch_of(w, "stage", claim_patch())}; }},
    {"AHomeThatIsGoneIsCreatedAndNeverTakenOver", [](World& w) { w.remove_namespace("acme"); },
     [](World& w, core::Plan& p) {
       p.apply = {{.type = core::types::namespaces(),
                   .key = {"", "acme"},
                   .object = json::parse(R"({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "acme",
                     "labels": {"guildhall.dev/organization": "acme", "pod-security.kubernetes.io/enforce": "baseline"},
                     "annotations": {"guildhall.dev/organization-uid": "u-acme", "guildhall.dev/created-for-organization-uid": "u-acme", "guildhall.dev/was-home": "true"}}})"),
                   .resource_version = "1",
                   .mode = core::WriteMode::ServerSideApply}};
       p.audit = {{.action = "OrganizationNamespaceReleased",
                   .note = "namespace acme is no longer claimed",
                   .identity = "u-acme/OrganizationNamespaceReleased/acme/" + w.organization.metadata.resource_version,
                   .changes = {{"status.namespaces", "acme", ""}}}};
     }},
    {"WhatIsNoLongerListedIsReleased", [](World& w) { w.put_namespace("old", {.claim = kOurs}); },
     [](World& w, core::Plan& p) {
       p.apply = {patch_of(w, "old", release_patch())};
       p.audit = {{.action = "OrganizationNamespaceClaimed",
                   .note = "namespace old is claimed",
                   .identity = "u-acme/OrganizationNamespaceClaimed/old/" + w.organization.metadata.resource_version,
                   .changes = {{"status.namespaces", "", "old"}}}};
     }},
    {"WhatOurFormerSelfLeftIsReleasedWhenNotListed",
     [](World& w) { w.put_namespace("old", {.claim = {"acme", "u-former"}}); },
     [](World& w, core::Plan& p) { p.apply = {patch_of(w, "old", release_patch())}; }},
    {"AProtectedNamespaceThatWeHoldIsReleased",
     [](World& w) {
       w.put_namespace("monitoring", {.claim = {"acme", "u-former"}});
       w.edit({{"namespaces", {"monitoring"}}});
     },
     [](World& w, core::Plan& p) { p.apply = {patch_of(w, "monitoring", release_patch())}; }},
    {"AReleaseWaitsForCopiesOfSecrets",
     [](World& w) {
       w.put_namespace("old", {.claim = {"acme", "u-former"}});
       w.api_keys = {
           {.name = "grafana", .phase = ApiKeyPhase::Active, .secret_name = {}, .secret_namespaces = {"old"}}};
     },
     [](World& w, core::Plan& p) {
       p.apply = {patch_of(w, "old",
                           {{"metadata", {{"annotations", {{kReleasingSinceAnnotation, "2026-11-24T10:00:00Z"}}}}}})};
       p.look_again_after = std::chrono::minutes{2};
     }},
    {"AReleaseWaitsNoLongerThanTwoMinutes",
     [](World& w) {
       w.put_namespace("old", {.claim = {"acme", "u-former"}, .releasing_since = "2026-11-24T09:58:00Z"});
       w.api_keys = {
           {.name = "grafana", .phase = ApiKeyPhase::Active, .secret_name = {}, .secret_namespaces = {"old"}}};
     },
     [](World& w, core::Plan& p) {
       p.apply = {patch_of(w, "old", release_patch())};
       p.audit = {{.action = "OrganizationReleaseStepAbandoned",
                   .note =
                       "copies of API keys' Secrets, tokens for vmauth or VMUsers, or bindings are still in namespace "
                       "old after 2 minutes; it is released",
                   .identity = "u-acme/ReleaseStepAbandoned/" + w.ns("old").uid + "/2026-11-24T09:58:00Z"}};
     }},
    {"TheRoleNamesTheSecretsThatStandInTheHome",
     [](World& w) {
       w.api_keys = {key_with_secret("vmagent"),
                     key_with_secret("grafana", {"acme", "prod"}),
                     key_with_secret("elsewhere", {"prod"}),
                     {.name = "new", .phase = {}}};
     },
     [](World&, core::Plan& p) { p.apply = {role_apply({"grafana-secret", "vmagent-secret"})}; }},
    {"WhileItIsSuspendedTheRoleNamesNoSecret",
     [](World& w) {
       w.api_keys = {key_with_secret("grafana")};
       w.settle();
       w.edit({{"state", "Suspended"}});
     },
     [](World&, core::Plan& p) { p.apply = {role_apply({})}; }},
    {"ARoleWhoseRulesSomebodyWroteIsPutBack",
     [](World& w) {
       w.put_role("u-acme", json::parse(R"([{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}])"));
     },
     [](World& w, core::Plan& p) {
       p.apply = {role_apply({})};
       p.audit = {{.action = "OrganizationBindingRepaired",
                   .note = "Role acme/guildhall:api-key-secrets was changed by another; it is put back",
                   .identity = "u-acme/BindingRepaired/Role acme/guildhall:api-key-secrets/" + w.role()->uid + "/" +
                               w.role()->resource_version,
                   .changes = {{"Role acme/guildhall:api-key-secrets", "changed", "put back"}}}};
     }},
    {"OurRoleGoesFromAHomeThatAnotherHas",
     [](World& w) {
       w.put_namespace("acme", {.claim = {"globex", "u-globex"}});
       w.organization.status.home_namespace.reset();
     },
     [](World& w, core::Plan& p) {
       p.remove = {removal(*w.role()), removal(*w.cluster_role("guildhall:acme:admin")),
                   removal(*w.cluster_role("guildhall:acme:member"))};
     }},
    {"ARoleOfOurFormerSelfIsTakenOver", [](World& w) { w.put_role("u-former", json::array()); },
     [](World&, core::Plan& p) { p.apply = {role_apply({})}; }},
    {"ADeletionRemovesRolesAndBindings",
     [](World& w) {
       w.put_member("ada", api::MemberRole::Viewer);
       w.settle();
       w.mark_deleted();
     },
     [](World& w, core::Plan& p) {
       p.remove = {removal(*w.cluster_role("guildhall:acme:admin")), removal(*w.cluster_role("guildhall:acme:member")),
                   removal(*w.binding({"", "guildhall:acme:member"})), removal(*w.role()),
                   removal(*w.binding({"acme", "guildhall:guildhall-organization-viewer"}))};
       p.look_again_after = std::chrono::minutes{4};
     }},
    {"ADeletionThatWaitsForKeysHasRemovedThemAlready",
     [](World& w) {
       w.api_keys = {key_with_secret("grafana")};
       w.settle();
       w.mark_deleted();
       w.remove_grants();
     },
     [](World&, core::Plan& p) { p.look_again_after = std::chrono::minutes{2}; }},
    {"ADeletionRemovesThemAtOnceWhileItWaitsForKeys",
     [](World& w) {
       w.api_keys = {key_with_secret("grafana")};
       w.settle();
       w.mark_deleted();
     },
     [](World& w, core::Plan& p) {
       p.remove = {removal(*w.cluster_role("guildhall:acme:admin")), removal(*w.cluster_role("guildhall:acme:member")),
                   removal(*w.role())};
       p.look_again_after = std::chrono::minutes{2};
     }},
    {"ADeletionThenReleasesTheNamespaces",
     [](World& w) {
       w.mark_deleted();
       w.remove_grants();
     },
     [](World& w, core::Plan& p) {
       p.apply = {patch_of(w, "acme", release_patch())};
       p.look_again_after = std::chrono::minutes{6};
     }},
    {"ADeletionDeletesTheHomeThatItCreatedOnlyAsItWasSeen",
     [](World& w) {
       w.put_namespace("acme", {.claim = {"acme", "u-acme"}, .created_for_uid = "u-acme"});
       w.edit({{"deletionPolicy", "Delete"}});
       w.settle();
       w.mark_deleted();
       w.remove_grants();
     },
     [](World& w, core::Plan& p) {
       p.remove = {{.type = core::types::namespaces(),
                    .key = {"", "acme"},
                    .uid = w.ns("acme").uid,
                    .resource_version = w.ns("acme").resource_version}};
       p.look_again_after = std::chrono::minutes{6};
     }},
    {"ADeletionLastDropsTheFinalizer",
     [](World& w) {
       w.mark_deleted();
       w.remove_grants();
       w.put_namespace("acme");
     },
     [](World& w, core::Plan& p) {
       p.finalizer = core::FinalizerChange::Drop;
       p.audit = {{.action = "OrganizationNamespaceReleased",
                   .note = "namespace acme is no longer claimed",
                   .identity = "u-acme/OrganizationNamespaceReleased/acme/" + w.organization.metadata.resource_version,
                   .changes = {{"status.namespaces", "acme", ""}}}};
       p.look_again_after = std::chrono::minutes{6};  // by when it goes also if that cannot be told
     }},
    {"NothingAboutAnOrganizationWhoseEndIsNoLongerOurs",
     [](World& w) {
       w.mark_deleted();
       w.organization.metadata.finalizers = {"foregroundDeletion"};
     },
     [](World&, core::Plan&) {}},
};

INSTANTIATE_TEST_SUITE_P(Cases, OrganizationPlan, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(OrganizationPlanAtFirst, AddsTheFinalizerWithTheFirstClaim) {
  World world;
  world.put_namespace("acme");
  core::Plan plan = world.plan_now();
  plan.status.reset();
  core::Plan want;
  want.finalizer = core::FinalizerChange::Add;
  want.apply = {patch_of(world, "acme", home_claim_patch())};
  EXPECT_EQ(plan, want);
}

}  // namespace
}  // namespace guildhall::controllers::organization
