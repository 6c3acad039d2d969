// A test suite about Members: the operator on the shared control plane, and users with client certificates.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/integration/operator_fixture.hpp"

namespace guildhall::tests {

class MemberFixture : public OperatorFixture {
 protected:
  static void SetUpTestSuite() { start_operator({"--leader-elect=false"}); }

  /// With its home, which exists when this returns; `spec` in YAML's flow style: "namespaces: [acme-prod], invitations:
  /// {autoAccept: true}".
  void apply_organization(const std::string& name, const std::string& spec = "") const {
    apply(
        fmt::format("{{apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {{name: {0}}}, "
                    "spec: {{displayName: {0}{1}}}}}",
                    name, spec.empty() ? "" : ", " + spec));
    ASSERT_TRUE(cluster::eventually(name + " has its home", [&] {
      const nlohmann::json object = kubectl_.get({"organization", name});
      return cluster::Observation{text(object, "/status/homeNamespace") == name, object.dump(1)};
    }));
  }
  /// Of the email <name>@<organization>.example, without an invitation unless `spec` says otherwise.
  void apply_member(const std::string& organization, const std::string& name, const std::string& spec) const {
    const bool says_delivery = spec.find("invitation") != std::string::npos;
    apply(
        fmt::format("{{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {{name: {1}, namespace: {0}}}, "
                    "spec: {{email: {1}@{0}.example, {2}{3}}}}}",
                    organization, name, spec, says_delivery ? "" : ", invitation: {delivery: None}"));
  }
  /// An Organization with these Admins, all ready.
  void found(const std::string& organization, const std::vector<std::string>& admins) const {
    apply_organization(organization);
    for (const auto& name : admins)
      apply_member(organization, name, "role: Admin");
    wait_ready(organization, admins);
  }
  /// An Organization that spans <name>-prod, with ada as Admin and jane as Editor, all ready.
  void staff(const std::string& name) const {
    run({"create", "namespace", name + "-prod"});
    apply_organization(name, "namespaces: [" + name + "-prod]");
    apply_member(name, "ada", "role: Admin");
    apply_member(name, "jane", "role: Editor");
    wait_ready(name, {"ada", "jane"});
  }
  /// `patch` is a merge patch of the spec.
  void edit(const std::string& organization, const std::string& name, const std::string& patch) const {
    run({"patch", "member", name, "-n", organization, "--type=merge", "-p", R"({"spec":)" + patch + "}"});
  }
  /// The Organization is ready, and so are these Members.
  void wait_ready(const std::string& organization, const std::vector<std::string>& members = {}) const {
    ASSERT_TRUE(becomes({"organization", organization}, "Ready", "True/Active"));
    for (const auto& name : members)
      ASSERT_TRUE(becomes({"member", name, "-n", organization}, "Ready", "True/Active"));
  }
  [[nodiscard]] testing::AssertionResult becomes(const std::vector<std::string>& what, const std::string& type,
                                                 const std::string& wanted) const {
    return cluster::eventually(what.at(1) + " has " + type + " " + wanted, [&] {
      const nlohmann::json object = kubectl_.get(what);
      return cluster::Observation{condition(object, type) == wanted, object.dump(1)};
    });
  }
  [[nodiscard]] nlohmann::json member(const std::string& organization, const std::string& name) const {
    return kubectl_.get({"member", name, "-n", organization});
  }

  /// kubectl as that user; made at the first call.
  static const cluster::Kubectl& as(const std::string& user) {
    auto found = users_.find(user);
    if (found == users_.end()) found = users_.emplace(user, cluster::shared_control_plane().user(user)).first;
    return found->second;
  }
  static const cluster::Kubectl& member_user(const std::string& organization, const std::string& name) {
    return as(name + "@" + organization + ".example");
  }

  /// Whether RBAC lets the user. `what` is "<resource>", "<resource>.<group>" or either with "/<name>"; the kind need
  /// not be served here, so kubectl auth can-i, which asks the server for it, would not do.
  [[nodiscard]] static bool may(const cluster::Kubectl& user, const std::string& verb, const std::string& what,
                                const std::string& ns) {
    const auto slash = what.find('/');
    const std::string type = what.substr(0, slash);
    const auto dot = type.find('.');
    const nlohmann::json review = {{"apiVersion", "authorization.k8s.io/v1"},
                                   {"kind", "SelfSubjectAccessReview"},
                                   {"spec",
                                    {{"resourceAttributes",
                                      {{"verb", verb},
                                       {"namespace", ns},
                                       {"resource", type.substr(0, dot)},
                                       {"group", dot == std::string::npos ? "" : type.substr(dot + 1)},
                                       {"name", slash == std::string::npos ? "" : what.substr(slash + 1)}}}}}};
    return user.create_raw("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review).at("status").at("allowed");
  }
  [[nodiscard]] static testing::AssertionResult comes_to(const cluster::Kubectl& user, bool allowed,
                                                         const std::string& verb, const std::string& what,
                                                         const std::string& ns) {
    return cluster::eventually(fmt::format("{} to {} {} in {}", allowed ? "comes" : "ceases", verb, what, ns),
                               [&] { return cluster::Observation{may(user, verb, what, ns) == allowed, ""}; });
  }

  /// Subjects of a binding as kubectl has them, sorted by the operator; "-" when there is none.
  [[nodiscard]] std::string bound(const std::string& ns, const std::string& binding) const {
    const nlohmann::json object =
        ns.empty() ? kubectl_.get({"clusterrolebinding", binding}) : kubectl_.get({"rolebinding", binding, "-n", ns});
    if (object.is_null()) return "-";
    std::string names;
    for (const auto& subject : object.value("subjects", nlohmann::json::array()))
      names += (names.empty() ? "" : ", ") + text(subject, "/name");
    return names;
  }
  [[nodiscard]] testing::AssertionResult becomes_bound(const std::string& ns, const std::string& binding,
                                                       const std::string& subjects) const {
    return cluster::eventually(fmt::format("{} in {} binds {}", binding, ns, subjects), [&] {
      const std::string now = bound(ns, binding);
      return cluster::Observation{now == subjects, now};
    });
  }

  static inline std::map<std::string, cluster::Kubectl> users_;
};

}  // namespace guildhall::tests
