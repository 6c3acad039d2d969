// What Admins and the platform may ask for, and do not get: what comes of it is seen in the end only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/member_matrix/matrix_fixture.hpp"

namespace guildhall::tests::member_matrix {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class MemberTheft : public MatrixFixture {
 protected:
  static void succeeds(const cluster::Output& output) { ASSERT_EQ(output.exit_code, 0) << output.err; }
  static void makes_key(const cluster::Kubectl& user, const std::string& name, const std::string& secret) {
    succeeds(user({"create", "-f", "-"},
                  "{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {name: " + name +
                      ", namespace: acme}, spec: {displayName: K, lifetime: 1d, permissions: Read, deployments: {all: "
                      "true}, secret: " +
                      secret + "}}"));
  }
  static void removes_key(const cluster::Kubectl& user, const std::string& name) {
    succeeds(user({"delete", "apikey", name, "-n", "acme", "--timeout=60s"}));
  }
  /// A merge patch of acme's spec, by a platform admin.
  static void platform_sets(const std::string& spec) {
    succeeds(called("platform")({"patch", "organization", "acme", "--type=merge", "-p", R"({"spec":)" + spec + "}"}));
  }
};

TEST_F(MemberTheft, AKeyThatIsNamedLikeAnotherSecretOpensNothing) {
  const auto& ada = called("admin");
  makes_key(ada, "thief", "{name: database}");
  EXPECT_TRUE(becomes({"apikey", "thief", "-n", "acme"}, "Stalled", "True/ForeignSecret"));
  EXPECT_THAT(ada({"get", "secret", "database", "-n", "acme"}).err, HasSubstr("cannot get resource \"secrets\""));
  EXPECT_EQ(text(kubectl_.get({"secret", "database", "-n", "acme"}), "/data/password"), "eA==");
  removes_key(ada, "thief");
}

TEST_F(MemberTheft, AKeyThatIsNamedLikeTheSecretOfAnotherDoesNotTakeIt) {
  const auto& ada = called("admin");
  const json before = kubectl_.get({"secret", "grafana", "-n", "acme"});
  makes_key(ada, "thief", "{name: grafana}");
  EXPECT_TRUE(becomes({"apikey", "thief", "-n", "acme"}, "Stalled", "True/ForeignSecret"));
  removes_key(ada, "thief");
  EXPECT_EQ(kubectl_.get({"secret", "grafana", "-n", "acme"}), before);
}

TEST_F(MemberTheft, AKeyIsNotCopiedToAnotherOrganization) {
  const auto& ada = called("admin");
  makes_key(ada, "stray", "{namespaces: [globex-prod, guildhall-system, kube-system]}");
  EXPECT_TRUE(becomes({"apikey", "stray", "-n", "acme"}, "Stalled", "True/NamespaceNotSpanned"));
  for (const char* ns : {"globex-prod", "guildhall-system", "kube-system"})
    EXPECT_TRUE(kubectl_.get({"secret", "stray", "-n", ns}).is_null()) << ns;
  removes_key(ada, "stray");
}

TEST_F(MemberTheft, ANamespaceOfAnotherOrganizationIsNotTakenEvenByThePlatform) {
  platform_sets(R"({"namespaces":["acme-prod","acme-edge","globex-prod"]})");
  EXPECT_TRUE(becomes({"organization", "acme"}, "Stalled", "True/NamespaceClaimed"));
  EXPECT_EQ(bound("globex-prod", "guildhall:guildhall-deployments-admin"), "gus@globex.example");
  EXPECT_THAT(called("admin")({"get", "vmsingles", "-n", "globex-prod"}).err, HasSubstr("cannot list resource"));
  platform_sets(R"({"namespaces":["acme-prod","acme-edge"]})");
  wait_ready("acme");
}

TEST_F(MemberTheft, AClusterRoleThatThePlatformDidNotAllowIsNotBoundEvenForThePlatform) {
  platform_sets(
      R"({"roles":{"admin":{"clusterRoles":["cluster-admin","guildhall-platform-admin","guildhall-operator"]}}})");
  EXPECT_TRUE(becomes({"organization", "acme"}, "Stalled", "True/RoleNotBindable"));
  for (const char* role : {"cluster-admin", "guildhall-platform-admin", "guildhall-operator"})
    EXPECT_EQ(bound("acme", std::string("guildhall:") + role), "-");
  EXPECT_THAT(called("admin")({"get", "secrets", "-n", "acme"}).err, HasSubstr("cannot list resource \"secrets\""));
  platform_sets(R"({"roles":null})");
  wait_ready("acme");
}

// Whoever the platform lets run Pods there has what they mount: a copy that he could read anyway, and this
// ServiceAccount.
TEST_F(MemberTheft, WhatRunsInASpannedNamespaceHasNoRightsOnTheOrganization) {
  const std::vector<std::vector<std::string>> attempts{
      {"get", "members", "-n", "acme"},
      {"get", "secret", "grafana", "-n", "acme"},
      {"get", "secret", "grafana", "-n", "acme-prod"},
      {"get", "organization", "acme"},
      {"get", "vmsingles", "-n", "acme-prod"},
      {"delete", "member", "max", "-n", "acme"},
      {"create", "token", "ci", "-n", "acme"},
      {"create", "rolebinding", "mine", "-n", "acme-prod", "--clusterrole=view", "--serviceaccount=acme-prod:agent"}};
  for (const auto& attempt : attempts)
    EXPECT_THAT(called("workload")(attempt).err, HasSubstr("User \"system:serviceaccount:acme-prod:agent\" cannot "));
}

}  // namespace
}  // namespace guildhall::tests::member_matrix
