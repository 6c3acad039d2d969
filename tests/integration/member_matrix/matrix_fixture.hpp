// The world of tests/integration/manifests/matrix-world.yaml, as the running operator keeps it.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "tests/integration/member_fixture.hpp"
#include "tests/integration/member_matrix/matrix_table.hpp"
#include "tests/integration/member_matrix/snapshot.hpp"

namespace guildhall::tests::member_matrix {

/// The world is made once for the program.
class MatrixFixture : public MemberFixture {
 protected:
  /// With the page of invitations, without which there is no link that could expire; nobody opens it.
  static void SetUpTestSuite() {
    static const std::uint16_t port = cluster::free_port();
    const std::string origin = fmt::format("127.0.0.1:{}", port);
    start_operator({"--leader-elect=false", "--public-listen=" + origin, "--public-url=http://" + origin});
  }
  void SetUp() override {
    static bool made = false;
    if (!std::exchange(made, true)) make();
  }

  /// kubectl as a user of the table, by its word there.
  static const cluster::Kubectl& called(const std::string& word) {
    static const cluster::Kubectl superuser = cluster::shared_control_plane().kubectl();
    static const cluster::Kubectl workload = cluster::shared_control_plane().serviceaccount("acme-prod", "agent");
    if (word == "superuser") return superuser;
    if (word == "workload") return workload;
    const MatrixTable& table = matrix_table();
    const auto found = table.users.find(word);
    return as(found != table.users.end() ? found->second : table.more_users.at(word));
  }

 private:
  void make() const {
    run({"apply", "--server-side", "-f", manifest("matrix-world.yaml")});
    run({"wait", "crd/vmsingles.operator.victoriametrics.com", "--for=condition=Established", "--timeout=60s"});
    for (const char* ns : {"acme-prod", "acme-edge", "globex-prod"}) {
      EXPECT_TRUE(cluster::eventually("there is a deployment in " + std::string(ns), [&] {
        const auto made = kubectl_.apply(
            "{apiVersion: operator.victoriametrics.com/v1beta1, kind: VMSingle, metadata: {name: main, namespace: " +
            std::string(ns) + "}}");
        return cluster::Observation{made.exit_code == 0, made.err};
      }));
    }
    wait_for_the_operator();
    wait_for_rights();
  }
  void wait_for_the_operator() const {
    wait_ready("acme", {"abe", "ada", "eva", "max", "vic"});
    wait_ready("globex", {"gus"});
    EXPECT_TRUE(becomes({"member", "ina", "-n", "acme"}, "Ready", "True/Inactive"));
    EXPECT_TRUE(becomes({"member", "exa", "-n", "acme"}, "Ready", "True/ExpiredInvitation"));
    EXPECT_TRUE(cluster::eventually("pia is invited", [&] {
      const nlohmann::json pia = member("acme", "pia");
      return cluster::Observation{text(pia, "/status/phase") == "PendingInvitation", pia.dump(1)};
    }));
    EXPECT_TRUE(becomes({"apikey", "grafana", "-n", "acme"}, "Ready", "True/Active"));
    EXPECT_TRUE(becomes({"apikey", "vmagent", "-n", "globex"}, "Ready", "True/Active"));
  }
  /// The authorizer and the policies come to what is written a moment later.
  static void wait_for_rights() {
    EXPECT_TRUE(comes_to(called("editor"), true, "create", "vmsingles.operator.victoriametrics.com", "acme-prod"));
    EXPECT_TRUE(comes_to(called("admin"), true, "get", "secrets/grafana", "acme"));
    EXPECT_TRUE(comes_to(called("foreign"), true, "get", "secrets/vmagent", "globex"));
    EXPECT_TRUE(comes_to(called("kube-admin"), true, "list", "members.guildhall.dev", "acme"));
    EXPECT_TRUE(comes_to(called("platform"), true, "manage", "organizations.guildhall.dev", ""));
    EXPECT_TRUE(cluster::eventually("policies are in force", [] {
      const auto tried = called("kube-admin")(
          {"create", "role", "guildhall:x", "-n", "acme", "--verb=get", "--resource=configmaps", "--dry-run=server"});
      return cluster::Observation{tried.err.contains("bindings.guildhall.dev"), tried.err};
    }));
  }
};

/// A suite that leaves the world as it was, to the version of each role and Secret.
class InAnUnchangedWorld : public MatrixFixture {
 protected:
  void SetUp() override {
    MatrixFixture::SetUp();
    if (before_.empty()) before_ = take_snapshot(kubectl_);
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(difference(std::exchange(before_, {}), take_snapshot(cluster::shared_control_plane().kubectl())), "");
    MatrixFixture::TearDownTestSuite();
  }

 private:
  static inline Snapshot before_;
};

}  // namespace guildhall::tests::member_matrix
