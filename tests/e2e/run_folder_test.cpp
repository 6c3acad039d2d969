// What `make up`, `make user`, `make status` and `make down` do with their folder: tests/cluster/guildhall.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/cluster/child_process.hpp"
#include "tests/cluster/control_plane.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/cluster/http_get.hpp"
#include "tests/cluster/operator_process.hpp"

namespace guildhall::tests::e2e {
namespace {

using cluster::Output;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

auto succeeds() {
  return testing::Field("exit_code", &Output::exit_code, 0);
}

class RunFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "guildhall's folder XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }

  void TearDown() override {
    EXPECT_EQ(guildhall({"down", folder_}).exit_code, 0);
    std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] Output guildhall(const std::vector<std::string>& arguments, const std::string& flags = {}) const {
    return cluster::run({.program = cluster::source_directory() / "tests/cluster/guildhall",
                         .arguments = arguments,
                         .environment = {{"OPERATOR", cluster::operator_binary()}, {"GUILDHALL_FLAGS", flags}}});
  }

  // It goes with this process, whatever happens to it.
  [[nodiscard]] Output up(const std::string& flags = {}) const {
    return guildhall({"up", "--die-with", std::to_string(::getpid()), folder_}, flags);
  }

  // A command in a shell that has read DIR/env, as a user types it.
  [[nodiscard]] Output in_its_shell(const std::string& command) const {
    return cluster::run(
        {.program = "/bin/sh", .arguments = {"-euc", R"(. "$0/env"; )" + command, folder_}, .environment = {}});
  }

  /// Of what the operator makes; its own namespace is taken off as a whole.
  [[nodiscard]] std::string what_is_left() const {
    return in_its_shell(
               "kubectl get roles,rolebindings,clusterroles,clusterrolebindings,secrets -A -o name "
               "-l app.kubernetes.io/managed-by=guildhall --field-selector metadata.namespace!=guildhall-system")
        .out;
  }

  [[nodiscard]] pid_t operator_pid() const {
    return static_cast<pid_t>(std::stol(in_its_shell("echo $OPERATOR_PID").out));
  }

  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

TEST_F(RunFolderTest, LeavesAnEnvironmentThatReachesEverything) {
  ASSERT_THAT(up(), succeeds());
  EXPECT_THAT(in_its_shell("kubectl auth whoami").out, HasSubstr("admin"));
  EXPECT_THAT(in_its_shell("kubectl api-resources --api-group guildhall.dev").out, HasSubstr("apikeys"));
  EXPECT_THAT(in_its_shell("kubectl get serviceaccount guildhall-operator -n guildhall-system").out,
              HasSubstr("guildhall-operator"));
  EXPECT_THAT(in_its_shell(R"(kubectl --kubeconfig "$0/operator.kubeconfig" auth whoami)").out,
              HasSubstr("system:serviceaccount:guildhall-system:guildhall-operator"));
  EXPECT_TRUE(cluster::runs(operator_pid()));
  const auto port = in_its_shell("echo ${METRICS_URL#http://127.0.0.1:}").out;
  EXPECT_EQ(cluster::http_get(static_cast<std::uint16_t>(std::stoi(port)), "/readyz").status, 200);
  const auto mail_port = in_its_shell("echo ${MAIL_URL#http://127.0.0.1:}").out;
  EXPECT_EQ(cluster::http_get(static_cast<std::uint16_t>(std::stoi(mail_port)), "/api/v1/messages").status, 200);
  const auto gate_port = in_its_shell("echo ${GATE_URL#http://127.0.0.1:}").out;
  EXPECT_EQ(cluster::http_get(static_cast<std::uint16_t>(std::stoi(gate_port)), "/auth/acme/metrics").status, 403);
  const auto page_port = in_its_shell("echo ${PUBLIC_URL#http://localhost:}").out;
  EXPECT_EQ(cluster::http_get(static_cast<std::uint16_t>(std::stoi(page_port)), "/").status, 200);
  EXPECT_THAT(guildhall({"status", folder()}).out, HasSubstr("mailpit: running"));
  EXPECT_EQ(in_its_shell("test -f \"$OPERATOR_LOG\" && test -f \"$KUBECONFIG\"").exit_code, 0);
  EXPECT_THAT(guildhall({"status", folder()}).out, HasSubstr("operator: running"));
}

TEST_F(RunFolderTest, PrintsAKubeconfigOfAUserAndNothingElse) {
  ASSERT_THAT(up(), succeeds());
  const auto kubeconfig = guildhall({"user", folder(), "jane@acme.example", "a,b"});
  EXPECT_THAT(kubeconfig.out, StartsWith("apiVersion: v1\n"));
  EXPECT_EQ(kubeconfig.err, "");
  EXPECT_EQ(
      cluster::run({.program = "/usr/bin/tee", .arguments = {folder() + "/jane"}, .environment = {}}, kubeconfig.out)
          .exit_code,
      0);
  const auto seen = in_its_shell(R"(kubectl --kubeconfig "$0/jane" auth whoami)").out;
  EXPECT_THAT(seen, HasSubstr("jane@acme.example"));
  EXPECT_THAT(seen, HasSubstr("[a b system:authenticated]"));
  EXPECT_THAT(in_its_shell(R"(KUBECONFIG="$0/jane" kubectl guildhall whoami)").out,
              HasSubstr("User:   jane@acme.example"))
      << "kubectl finds the plugin";
}

TEST_F(RunFolderTest, StartsOnlyWhatDoesNotRun) {
  ASSERT_THAT(up(), succeeds());
  const auto first = operator_pid();
  const auto servers = guildhall({"status", folder()}).out;

  ASSERT_THAT(up(), succeeds());
  EXPECT_EQ(guildhall({"status", folder()}).out, servers) << "a second up changes nothing";

  ::kill(first, SIGKILL);
  EXPECT_TRUE(cluster::eventually(
      "the operator is dead", [&] { return cluster::Observation{.holds = !cluster::runs(first), .seen = "it runs"}; }));
  EXPECT_NE(guildhall({"status", folder()}).exit_code, 0);
  ASSERT_THAT(up(), succeeds());
  const auto second = operator_pid();
  EXPECT_NE(second, first);
  EXPECT_TRUE(cluster::runs(second));

  ASSERT_THAT(up("--log-level debug"), succeeds());
  EXPECT_FALSE(cluster::runs(second)) << "other flags restart it";
  EXPECT_NE(operator_pid(), second);
}

TEST_F(RunFolderTest, SaysWhyTheOperatorDoesNotStart) {
  const auto refused = up("--no-such-flag");
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, HasSubstr("the operator does not start"));
  EXPECT_THAT(refused.err, HasSubstr("no-such-flag"));
}

/// As docs/uninstall.md says. On the way a pipeline of who holds `manage` prunes an Organization and its only Admin.
TEST_F(RunFolderTest, GuildhallIsTakenOffAClusterAndNothingOfItIsLeft) {
  const std::string kept = R"(
{apiVersion: v1, kind: Namespace, metadata: {name: pruned, labels: {team: x}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: kept, namespace: pruned, labels: {team: x}}}
)";
  const std::string pruned = R"(---
apiVersion: guildhall.dev/v1alpha1
kind: Organization
metadata: {name: pruned, labels: {team: x}}
spec: {displayName: Pruned}
---
apiVersion: guildhall.dev/v1alpha1
kind: Member
metadata: {name: ada, namespace: pruned, labels: {team: x}}
spec: {email: ada@pruned.example, role: Admin, invitation: {delivery: None}}
)";
  const std::string kinds = "guildhall.dev/v1alpha1/";
  const std::string apply_and_prune = "kubectl apply -l team=x --prune --prune-allowlist=" + kinds +
                                      "Member --prune-allowlist=" + kinds + "Organization -f - <<'E'\n";
  ASSERT_THAT(up(), succeeds());
  EXPECT_THAT(in_its_shell(apply_and_prune + kept + pruned + "E\n" +
                           "kubectl wait gmem/ada -n pruned --for=condition=Ready --timeout=60s"),
              succeeds());
  EXPECT_THAT(in_its_shell(apply_and_prune + kept + "E\n" + "kubectl wait gorg/pruned --for=delete --timeout=60s"),
              succeeds());
  EXPECT_EQ(in_its_shell("kubectl get gmem -A -o name").out, "");

  const std::string examples = cluster::source_directory() / "examples";
  for (const std::string& step :
       {"kubectl apply -f '" + examples + "'; kubectl wait gorg --all --for=condition=Ready --timeout=60s",
        std::string("kubectl delete gorg --all --timeout=60s"),
        std::string("kubectl delete gkey,gmem -A --all --timeout=60s"),
        std::string("kubectl delete crd organizations.guildhall.dev members.guildhall.dev apikeys.guildhall.dev "
                    "--timeout=60s")})
    EXPECT_THAT(in_its_shell(step), succeeds());
  EXPECT_EQ(what_is_left(), "");
}

/// The commands of a document: its lines that are indented.
std::string commands_of(const std::string& document) {
  std::ifstream file(cluster::source_directory() / document);
  std::string commands;
  for (std::string line; std::getline(file, line);)
    commands += line.starts_with("    ") ? line + "\n" : "";
  return commands;
}

TEST_F(RunFolderTest, GuildhallIsTakenOffByHandWhenItsOperatorIsGone) {
  const std::string examples = cluster::source_directory() / "examples";
  ASSERT_THAT(up(), succeeds());
  EXPECT_THAT(
      in_its_shell("kubectl apply -f '" + examples + "'; kubectl wait gorg --all --for=condition=Ready --timeout=60s"),
      succeeds());
  EXPECT_THAT(in_its_shell("kubectl wait gkey -A --all --for=condition=Ready --timeout=60s; kill -9 $OPERATOR_PID"),
              succeeds());
  const Output by_hand = in_its_shell(commands_of("docs/uninstall.md"));
  EXPECT_EQ(by_hand.exit_code, 0) << by_hand.err;
  const Output crds = in_its_shell(
      "kubectl delete crd organizations.guildhall.dev members.guildhall.dev apikeys.guildhall.dev --timeout=60s");
  EXPECT_EQ(crds.exit_code, 0) << crds.err;
  EXPECT_EQ(what_is_left(), "");
  EXPECT_EQ(in_its_shell("kubectl get secrets -A -o name --field-selector type=guildhall.dev/api-key").out, "");
  EXPECT_THAT(
      in_its_shell("kubectl annotate namespaces --all guildhall.dev/was-home-; kubectl get namespaces -o yaml").out,
      Not(HasSubstr("guildhall.dev/")));
}

TEST_F(RunFolderTest, DownEndsEverything) {
  ASSERT_THAT(up(), succeeds());
  const auto pid = operator_pid();
  const auto mail_port = in_its_shell("echo ${MAIL_URL#http://127.0.0.1:}").out;
  ASSERT_THAT(guildhall({"down", folder()}), succeeds());
  EXPECT_FALSE(cluster::runs(pid));
  EXPECT_EQ(cluster::http_get(static_cast<std::uint16_t>(std::stoi(mail_port)), "/readyz").status, 0);
  EXPECT_FALSE(std::filesystem::exists(folder() + "/env"));
  const auto status = guildhall({"status", folder()});
  EXPECT_NE(status.exit_code, 0);
  EXPECT_THAT(status.out, Not(HasSubstr(": running")));
}

}  // namespace
}  // namespace guildhall::tests::e2e
