// A standby that answers the API server while its caches lag behind.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cluster/guildhall_installation.hpp"
#include "tests/faults/operator_under_fault.hpp"

namespace guildhall::tests::faults {
namespace {

using nlohmann::json;

class StaleStandbyTest : public testing::Test {
 protected:
  static cluster::Kubectl kubectl() { return OperatorUnderFault::kubectl(); }
  static void apply(const std::string& manifest) {
    const auto output = kubectl()({"apply", "--server-side", "-f", "-"}, manifest);
    ASSERT_EQ(output.exit_code, 0) << output.err;
  }
  /// From now on the API server asks there, until the leader puts its own address back, within a minute.
  static void ask_at(std::uint16_t port) {
    json configuration = kubectl().get({"validatingwebhookconfiguration", "guildhall"});
    auto& url = configuration["webhooks"][0]["clientConfig"]["url"].get_ref<std::string&>();
    const auto path = url.find('/', std::string_view("https://").size());
    url = fmt::format("https://127.0.0.1:{}{}", port, url.substr(path));
    const auto output = kubectl()({"replace", "-f", "-"}, configuration.dump());
    ASSERT_EQ(output.exit_code, 0) << output.err;
  }

  OperatorUnderFault operator_;
};

TEST_F(StaleStandbyTest, ThatHasNotSeenTheClaimOfAHomeKeepsItsLastAdmin) {
  cluster::OperatorProcess leader({.kubeconfig = cluster::install_guildhall(cluster::shared_control_plane()),
                                   .log = cluster::shared_control_plane().directory() / "leader-of-stale-standby.log",
                                   .flags = {}});
  leader.wait_ready();
  operator_.proxy().rules().add({.verb = "watch", .part = "/namespaces?", .fault = Fault::FallSilent});
  operator_.start();
  const auto& standby = operator_.process();
  ASSERT_TRUE(comes_true("the standby waits", [&] {
    return standby.metric(R"(guildhall_informer_objects{type="namespaces"})").has_value() ? "" : standby.log();
  }));
  apply(
      "{apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {name: unseen}, spec: {displayName: Unseen, "
      "contacts: [ops@unseen.example]}}");
  apply("{apiVersion: v1, kind: Namespace, metadata: {name: unseen}}");
  apply(
      "{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {name: ada, namespace: unseen}, spec: {email: "
      "ada@unseen.example, role: Admin, invitation: {delivery: None}}}");
  const auto in_force =
      kubectl()({"wait", "member/ada", "-n", "unseen", "--for=jsonpath={.status.phase}=Active", "--timeout=60s"});
  ASSERT_EQ(in_force.exit_code, 0) << in_force.err;
  const auto ada = cluster::shared_control_plane().user("ada@unseen.example");
  EXPECT_TRUE(comes_true("the standby is asked, and nobody lets ada go", [&] {
    ask_at(operator_.serve_port());
    const auto output =
        ada({"patch", "member", "ada", "-n", "unseen", "--type=merge", "-p", R"({"spec":{"role":"Viewer"}})"});
    EXPECT_NE(output.exit_code, 0) << "ada is let go";
    // It counts as refused only what it can tell, so not while it has not read the cluster yet.
    const auto refused = standby.metric(
        R"(guildhall_admission_reviews_total{operation="UPDATE",result="refused",webhook="invariants"})");
    return refused.value_or(0) > 0 || HasFailure() ? "" : output.err;
  }));
}

}  // namespace
}  // namespace guildhall::tests::faults
