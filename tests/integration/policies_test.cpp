// charts/guildhall/files/policies.yaml and roles.yaml, by real users with kubectl:
// tests/integration/manifests/policies.yaml says who is refused what. Those are server-side dry runs, which pass the
// same admission and leave nothing behind.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <set>
#include <stdexcept>

#include "tests/cluster/control_plane.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/cluster/guildhall_installation.hpp"
#include "tests/integration/crd_rules/yaml_document.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Kubectl;
using cluster::Observation;
using cluster::Output;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// Without a policy it is RBAC that refuses.
struct Refusal {
  std::optional<std::string> policy;
  std::string says;
};

struct Case {
  std::string name;
  std::string user;
  std::vector<std::string> run;
  std::string input;
  std::optional<Refusal> refused;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.name;
}

std::filesystem::path manifest(const char* name) {
  return std::filesystem::path(GUILDHALL_SOURCE_DIR) / "tests/integration/manifests" / name;
}

void replace(std::string& text, const std::string& what, const std::string& with) {
  if (const auto at = text.find(what); at != std::string::npos) {
    text.replace(at, what.size(), with);
  }
}

Case read_case(const json& entry, const json& prefixes) {
  Case one{.name = entry.at("name"),
           .user = entry.at("user"),
           .run = entry.at("run"),
           .input = entry.value("input", ""),
           .refused = std::nullopt};
  if (entry.contains("refused")) {
    const auto& refused = entry.at("refused");
    one.refused = Refusal{.policy = std::nullopt, .says = refused.at("says")};
    if (refused.contains("policy")) {
      one.refused->policy = refused.at("policy").get<std::string>();
    }
    for (const auto& [word, sentence] : prefixes.items()) {
      replace(one.refused->says, word, sentence.get<std::string>());
    }
  }
  return one;
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = [] {
    const auto table = crd_rules::read_yaml(manifest("policies.yaml"));
    std::vector<Case> read;
    for (const auto& entry : table.at("cases")) {
      read.push_back(read_case(entry, table.at("prefixes")));
    }
    return read;
  }();
  return all;
}

std::string word(const testing::TestParamInfo<Case>& info) {
  auto text = std::to_string(info.index) + "_" + info.param.name;
  std::ranges::replace_if(text, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return text;
}

// The users and objects of policies-world.yaml, with all rights and policies in force.
class World {
 public:
  World() : control_plane_(cluster::shared_control_plane()), root_(control_plane_.kubectl()) {
    succeed(root_({"apply", "--server-side", "-f", manifest("policies-world.yaml")}));
    add_victoriametrics_objects();
    owner_ = root_.get({"configmap", "owner", "-n", "acme"}).at("metadata").at("uid");
    own("apikey", "key");
    own("rolebinding", "guildhall:guildhall-organization-admin");
    static_cast<void>(cluster::install_guildhall(control_plane_));
    for (const std::string name : std::array{"ada", "max", "mel", "ned", "nia", "noa", "pat"}) {
      users_.emplace(name, control_plane_.user(name));
    }
    users_.emplace("operator", control_plane_.serviceaccount("guildhall-system", "guildhall-operator"));
    users_.emplace("root", root_);
    wait_for_rights();
    wait_for_policies();
    key_version_ = root_.get({"apikey", "key", "-n", "acme"}).at("metadata").at("resourceVersion");
  }

  [[nodiscard]] const Kubectl& as(const std::string& user) const { return users_.at(user); }

  [[nodiscard]] Output dry_run(const Case& one) const {
    auto arguments = one.run;
    for (auto& argument : arguments) {
      replace(argument, "OWNER_UID", owner_);
      replace(argument, "KEY_VERSION", key_version_);
    }
    if (std::ranges::find(arguments, "--raw") == arguments.end()) {
      arguments.emplace_back("--dry-run=server");
    }
    auto input = one.input;
    replace(input, "OWNER_UID", owner_);
    return as(one.user)(arguments, input);
  }

 private:
  static void succeed(const Output& output) {
    if (output.exit_code != 0) {
      throw std::runtime_error(output.err);
    }
  }

  void own(const std::string& kind, const std::string& name) const {
    const json owner{
        {"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"name", "owner"}, {"uid", owner_}, {"blockOwnerDeletion", true}};
    const json change{{"metadata", {{"ownerReferences", {owner}}}}};
    succeed(root_({"patch", kind, name, "-n", "acme", "--type=merge", "-p", change.dump()}));
  }

  // Before the policies are in force.
  void add_victoriametrics_objects() const {
    std::string manifests = R"(
{apiVersion: operator.victoriametrics.com/v1beta1, kind: VMAuth, metadata: {name: wide, namespace: acme}, spec: {userNamespaceSelector: {}}}
---
{apiVersion: operator.victoriametrics.com/v1beta1, kind: VMUser, metadata: {name: another, namespace: acme}, spec: {username: a}}
---
{apiVersion: operator.victoriametrics.com/v1beta1, kind: VMUser, metadata: {name: ours, namespace: acme,
  labels: {app.kubernetes.io/managed-by: guildhall, guildhall.dev/organization: acme}, annotations: {guildhall.dev/token-hash: ab},
  ownerReferences: [{apiVersion: guildhall.dev/v1alpha1, kind: Organization, name: acme, uid: ACME_UID, controller: true}]}, spec: {name: a}})";
    replace(manifests, "ACME_UID", root_.get({"organization", "acme"}).at("metadata").at("uid"));
    EXPECT_TRUE(eventually("VMAuths and VMUsers are served", [&] {
      const auto output = root_({"apply", "--server-side", "-f", "-"}, manifests);
      return Observation{output.exit_code == 0, output.err};
    }));
  }

  // Aggregated roles are filled, and the authorizer has them.
  void wait_for_rights() const {
    using Right = std::array<std::string, 3>;
    for (const auto& [user, verb, resource] :
         {Right{"ada", "patch", "apikeys.guildhall.dev"}, Right{"ada", "get", "apikeys.guildhall.dev"},
          Right{"mel", "patch", "secrets"}, Right{"ned", "patch", "namespaces"},
          Right{"ned", "create", "vmauths.operator.victoriametrics.com"},
          Right{"mel", "create", "vmusers.operator.victoriametrics.com"},
          Right{"nia", "create", "organizations.guildhall.dev"}, Right{"nia", "patch", "namespaces"},
          Right{"noa", "create", "organizations.guildhall.dev"}, Right{"noa", "update", "namespaces/later"},
          Right{"ada", "create", "members.guildhall.dev"}, Right{"max", "create", "members.guildhall.dev"},
          Right{"mel", "bind", "clusterroles.rbac.authorization.k8s.io"},
          Right{"ned", "escalate", "roles.rbac.authorization.k8s.io"},
          Right{"pat", "manage", "organizations.guildhall.dev"},
          Right{"pat", "delete", "rolebindings.rbac.authorization.k8s.io"},
          Right{"operator", "delete", "organizations.guildhall.dev"},
          Right{"operator", "bind", "clusterroles.rbac.authorization.k8s.io/view"},
          Right{"operator", "bind", "clusterroles.rbac.authorization.k8s.io/guildhall-deployments-viewer"}}) {
      EXPECT_TRUE(eventually(fmt::format("{} may {} {}", user, verb, resource), [&] {
        const auto output = as(user)({"auth", "can-i", verb, resource, "-n", "acme"});
        return Observation{output.exit_code == 0, output.out + output.err};
      }));
    }
  }

  // Until a policy is in force all passes: an accepted case would say nothing.
  void wait_for_policies() const {
    std::map<std::string, const Case*> one_of_each;
    for (const auto& one : cases()) {
      if (one.refused && one.refused->policy) {
        one_of_each.emplace(*one.refused->policy, &one);
      }
    }
    for (const auto& [policy, one] : one_of_each) {
      EXPECT_TRUE(eventually(policy + " is in force", [&, refused = one] {
        const auto output = dry_run(*refused);
        return Observation{output.err.contains("ValidatingAdmissionPolicy '" + policy + "'"), output.err};
      }));
    }
  }

  cluster::ControlPlane& control_plane_;
  Kubectl root_;
  std::string owner_;
  std::string key_version_;
  std::map<std::string, Kubectl> users_;
};

const World& world() {
  static const World made;
  return made;
}

class Policies : public testing::TestWithParam<Case> {};

TEST_P(Policies, AnswerWhatTheTableSays) {
  const auto& one = GetParam();
  const auto output = world().dry_run(one);
  if (!one.refused) {
    EXPECT_EQ(output.exit_code, 0) << one.user << ": " << output.err;
    return;
  }
  EXPECT_NE(output.exit_code, 0) << one.user << " is let through";
  const auto& policy = one.refused->policy;
  EXPECT_THAT(output.err, HasSubstr(policy ? "ValidatingAdmissionPolicy '" + *policy + "'" : "forbidden: "));
  EXPECT_EQ(output.err.contains("ValidatingAdmissionPolicy"), policy.has_value()) << output.err;
  EXPECT_THAT(output.err, HasSubstr(one.refused->says));
}

INSTANTIATE_TEST_SUITE_P(Table, Policies, testing::ValuesIn(cases()), word);

TEST(PoliciesTable, RefusesSomethingByEveryPolicy) {
  std::set<std::string> shown;
  for (const auto& one : cases()) {
    if (one.refused && one.refused->policy) {
      shown.insert(*one.refused->policy);
    }
  }
  std::set<std::string> shipped;
  static_cast<void>(world());
  const auto policies = cluster::shared_control_plane().kubectl().get({"validatingadmissionpolicies"});
  for (const auto& policy : policies.at("items")) {
    shipped.insert(policy.at("metadata").at("name"));
  }
  EXPECT_EQ(shown, shipped);
}

// So that no user can fill the annotations and then act unnoted.
TEST(AnnotationsUnderPolicies, LeaveRoomForTheRecordOfChanges) {
  const auto annotate = [&](std::size_t bytes) {
    json key = {{"apiVersion", "guildhall.dev/v1alpha1"}, {"kind", "ApiKey"}};
    key["metadata"] = {{"name", "key"}, {"namespace", "acme"}, {"annotations", {{"x", std::string(bytes, 'x')}}}};
    key["spec"] = world().as("ada").get({"apikey", "key", "-n", "acme"}).at("spec");
    return world().as("ada")({"apply", "--server-side", "--field-manager=t", "--dry-run=server", "-f", "-"},
                             key.dump());
  };
  const auto fits = annotate(190'000);
  EXPECT_EQ(fits.exit_code, 0) << fits.err;
  EXPECT_THAT(annotate(200'000).err, HasSubstr("may have 192 KiB in all here"));
}

// The garbage collector and the namespace controller run under accounts of their own, without manage.
class DeletionUnderPolicies : public testing::Test {
 protected:
  static void make(const std::string& ns) {
    const auto output = world().as("root").apply(
        "{apiVersion: v1, kind: List, items: ["
        "{apiVersion: v1, kind: Namespace, metadata: {name: " +
        ns + ", labels: {guildhall.dev/organization: acme}, annotations: {guildhall.dev/organization-uid: x}}}," +
        "{apiVersion: v1, kind: Secret, metadata: {name: k, namespace: " + ns + "}, type: guildhall.dev/api-key}," +
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: 'guildhall:r', namespace: " + ns +
        "}}," +
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: 'guildhall:r', namespace: " +
        ns +
        ", finalizers: [example.com/x], labels: {app.kubernetes.io/managed-by: guildhall}}, roleRef: {apiGroup: "
        "rbac.authorization.k8s.io, kind: Role, name: 'guildhall:r'}}," +
        "{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {name: k, namespace: " + ns +
        ", annotations: {guildhall.dev/kept: x}}, spec: {displayName: K, neverExpires: true, permissions: Read, "
        "deployments: {all: true}}}]}");
    ASSERT_EQ(output.exit_code, 0) << output.err;
  }
  static void run(const std::string& user, const std::vector<std::string>& arguments) {
    const auto output = world().as(user)(arguments);
    EXPECT_EQ(output.exit_code, 0) << output.err;
  }
};

TEST_F(DeletionUnderPolicies, InTheForegroundEnds) {
  make("foreground");
  run("ada", {"delete", "apikey", "k", "-n", "foreground", "--cascade=foreground", "--wait=true", "--timeout=60s"});
}

// A finalizer keeps the RoleBinding while its namespace goes: then everybody may delete it, and take the finalizer
// away.
TEST_F(DeletionUnderPolicies, OfAClaimedNamespaceEnds) {
  make("leaving");
  const std::vector<std::string> remove{"delete", "rolebinding", "guildhall:r", "-n", "leaving", "--wait=false"};
  EXPECT_THAT(world().as("ned")(remove).err, HasSubstr("bindings.guildhall.dev"));
  run("ned", {"delete", "namespace", "leaving", "--wait=false"});
  EXPECT_TRUE(eventually("what goes with its namespace may be deleted", [&] {
    const auto output = world().as("ned")(remove);
    return Observation{output.exit_code == 0, output.err};
  }));
  run("ned", {"patch", "rolebinding", "guildhall:r", "-n", "leaving", "--type=merge", "-p",
              R"({"metadata":{"finalizers":null}})"});
  run("ned", {"delete", "namespace", "leaving", "--wait=true", "--timeout=60s", "--ignore-not-found"});
}

class WhatAnOrganizationOwns : public DeletionUnderPolicies {
 protected:
  static void make(const std::string& organization) {
    run_with(R"({apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {name: )" + organization +
             "}, spec: {displayName: X}}");
    const auto owner = get({"organization", organization}).at("metadata").at("uid").get<std::string>();
    run_with("{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: '" + role(organization) +
             "', ownerReferences: [{apiVersion: guildhall.dev/v1alpha1, kind: Organization, name: " + organization +
             ", uid: " + owner + ", controller: true}]}}");
  }
  static void run_with(const std::string& manifest) {
    const auto output = world().as("root").apply(manifest);
    ASSERT_EQ(output.exit_code, 0) << output.err;
  }
  static json get(const std::vector<std::string>& what) { return cluster::shared_control_plane().kubectl().get(what); }
  static std::string role(const std::string& organization) { return "guildhall:" + organization + ":member"; }
};

TEST_F(WhatAnOrganizationOwns, GoesWithIt) {
  make("brief");
  run("pat", {"delete", "organization", "brief"});
  EXPECT_TRUE(eventually("the ClusterRole is collected", [] {
    const auto left = get({"clusterrole", role("brief")});
    return Observation{left.is_null(), left.dump()};
  }));
}

TEST_F(WhatAnOrganizationOwns, IsSetFreeWhenAskedFor) {
  make("orphaning");
  run("pat", {"delete", "organization", "orphaning", "--cascade=orphan", "--wait=true", "--timeout=60s"});
  EXPECT_FALSE(get({"clusterrole", role("orphaning")}).at("metadata").contains("ownerReferences"));
}

// design.md §3: none grants Secrets, roles, bindings, status, impersonation or wildcards.
TEST(ShippedRoles, GrantNothingThatLeadsFurther) {
  static_cast<void>(world());
  const auto roles =
      cluster::shared_control_plane().kubectl().get({"clusterroles", "-l", "app.kubernetes.io/name=guildhall"});
  int looked_at = 0;
  for (const auto& role : roles.at("items")) {
    if (role.at("metadata").at("name") == "guildhall-operator") {
      continue;
    }
    ++looked_at;
    const auto rules = role.at("rules").dump();
    ASSERT_NE(rules, "null") << role.at("metadata").at("name");
    for (const auto* forbidden : {"\"*\"", "secrets", "rbac.authorization.k8s.io", "/status", "impersonate"}) {
      EXPECT_THAT(rules, Not(HasSubstr(forbidden))) << role.at("metadata").at("name");
    }
  }
  EXPECT_EQ(looked_at, 18);
}

TEST(ShippedRoles, GiveTheOperatorNoWildcard) {
  static_cast<void>(world());
  const auto role = cluster::shared_control_plane().kubectl().get({"clusterrole", "guildhall-operator"});
  EXPECT_THAT(role.at("rules").dump(), Not(HasSubstr("\"*\"")));
}

}  // namespace
}  // namespace guildhall::tests
