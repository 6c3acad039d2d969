// An Organization that asks for a configuration of vmauth, beside the gate.
#pragma once

#include <gtest/gtest.h>

#include "operator/core/timestamp.hpp"
#include "tests/integration/gate_fixture.hpp"

namespace guildhall::tests {

inline constexpr const char* kNotAsked = "not asked for";

/// The Organization `keys` asks for it in keys-edge, where Editors only look.
class VmauthTest : public GateTest {
 protected:
  void SetUp() override {
    apply("{apiVersion: v1, kind: Namespace, metadata: {name: keys-edge}}");
    ask_for(R"({"vmauth":{"secret":{"name":"keys-vmauth","namespace":"keys-edge"}}})");
  }
  void TearDown() override {
    run({"delete", "apikeys", "--all", "-n", "keys"});
    patch("organization", "keys",
          R"({"spec":{"enforcement":null,"adminOnlyNamespaces":null,"namespaces":["keys-prod"],"state":"Active"}})");
    const auto is_let_go = [&] { return configuration() == kNotAsked || lets_nobody_in(vmauth_secret()); };
    EXPECT_TRUE(
        cluster::eventually("the Secret lets nobody in", [&] { return cluster::Observation{is_let_go(), ""}; }));
    run({"delete", "secret", "keys-vmauth", "-n", "keys-edge", "--ignore-not-found"});
  }

  /// It has no users, and is nobody's.
  static bool lets_nobody_in(const nlohmann::json& secret) {
    return secret.is_object() && entry(secret, "auth.yml").ends_with("\nusers: []\n") &&
           secret.dump().find("guildhall.dev/organization") == std::string::npos;
  }

  void ask_for(const std::string& enforcement) const {
    patch("organization", "keys",
          R"({"spec":{"namespaces":["keys-prod","keys-edge"],"adminOnlyNamespaces":["keys-edge"],"enforcement":)" +
              enforcement + "}}");
  }
  [[nodiscard]] nlohmann::json vmauth_secret() const {
    return kubectl_.get({"secret", "keys-vmauth", "-n", "keys-edge"});
  }
  [[nodiscard]] std::string configuration() const {
    const nlohmann::json secret = vmauth_secret();
    return secret.is_object() ? entry(secret, "auth.yml") : kNotAsked;
  }
  /// With the deployment's address as it is here.
  [[nodiscard]] std::string configuration_here() const {
    std::string text = configuration();
    cluster::replace_all(text, "metrics.keys-prod.svc:8428", "127.0.0.1:" + std::to_string(backend_port_));
    return text;
  }
  [[nodiscard]] testing::AssertionResult comes_to_hold(const std::string& text, bool wanted = true) const {
    return cluster::eventually("the configuration " + std::string(wanted ? "holds " : "does not hold ") + text, [&] {
      const std::string standing = configuration();
      return cluster::Observation{(standing.find(text) != std::string::npos) == wanted, "(not shown: it holds tokens)"};
    });
  }
  /// From now on nobody can do that with that Secret, which is there.
  void seal(const std::string& secret, const std::string& ns, const std::string& operations = "UPDATE, DELETE") const {
    std::string policy =
        R"({apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: keeps-doors},
  spec: {failurePolicy: Fail, matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1],
  operations: [OPERATIONS], resources: [secrets], resourceNames: [NAME]}]},
  validations: [{expression: "false", message: "not now"}]}}
---
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: keeps-doors},
  spec: {policyName: keeps-doors, validationActions: [Deny]}})";
    cluster::replace_all(policy, "NAME", secret);
    cluster::replace_all(policy, "OPERATIONS", operations);
    apply(policy);
    EXPECT_TRUE(cluster::eventually("it cannot be written", [&] {
      const auto written = kubectl_({"annotate", "secret", secret, "-n", ns, "a=b", "--dry-run=server"});
      return cluster::Observation{written.err.find("not now") != std::string::npos, written.err};
    }));
  }
  void unseal() const { run({"delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", "keeps-doors"}); }
  [[nodiscard]] testing::AssertionResult comes_to_say(const std::string& organization, const std::string& type,
                                                      const std::string& wanted) const {
    return cluster::eventually(organization + " says " + wanted, [&] {
      const nlohmann::json object = kubectl_.get({"organization", organization});
      return cluster::Observation{object.contains("status") && condition(object, type) == wanted, object.dump(1)};
    });
  }
  [[nodiscard]] bool has_editors(const std::string& ns) const {
    return !kubectl_.get({"rolebinding", "guildhall:guildhall-deployments-editor", "-n", ns}).is_null();
  }
  /// What was refused is tried again after a while, or when somebody changes something.
  [[nodiscard]] testing::AssertionResult gets_editors(const std::string& ns) const {
    return cluster::eventually("Editors are in " + ns, [&] {
      patch("organization", "keys",
            R"({"metadata":{"annotations":{"guildhall.dev/reconcile-at":")" +
                core::format_micro_timestamp(
                    std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())) +
                R"("}}})");
      return cluster::Observation{has_editors(ns), kubectl_.get({"organization", "keys"})["status"].dump(1)};
    });
  }
  [[nodiscard]] testing::AssertionResult is_enforced(const std::string& name, const std::string& wanted) const {
    return cluster::eventually(name + " has Enforced " + wanted, [&] {
      const nlohmann::json object = key(name);
      return cluster::Observation{condition(object, "Enforced") == wanted, object["status"].dump(1)};
    });
  }
};

}  // namespace guildhall::tests
