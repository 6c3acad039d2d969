#include "operator/kube/exec_plugin.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): setenv is not in <cstdlib>

#include <nlohmann/json.hpp>
#include <thread>

namespace guildhall::kube {
namespace {

const std::string kVersion = "client.authentication.k8s.io/v1";

ExecPlugin shell(const std::string& script) {
  return {.api_version = kVersion,
          .command = "sh",
          .args = {"-c", script},
          .env = {},
          .provide_cluster_info = false,
          .install_hint = {}};
}

std::string credential(const std::string& status) {
  return R"({"apiVersion":")" + kVersion + R"(","kind":"ExecCredential","status":)" + status + "}";
}

template <class T>
std::string failure_of(const core::Result<T>& result) {
  return result ? "" : std::string(core::to_string(result.error().kind)) + ": " + result.error().describe();
}

TEST(ExecCredentialTest, ReadsATokenAndItsEnd) {
  const auto read =
      parse_exec_credential(credential(R"({"token":"t","expirationTimestamp":"2026-11-24T10:00:00Z"})"), shell(""));
  ASSERT_TRUE(read) << failure_of(read);
  EXPECT_EQ(read->token.reveal(), "t");
  EXPECT_EQ(read->expires, core::parse_timestamp("2026-11-24T10:00:00Z").value());
}

TEST(ExecCredentialTest, ReadsACertificate) {
  const auto read =
      parse_exec_credential(credential(R"({"clientCertificateData":"C","clientKeyData":"K"})"), shell(""));
  ASSERT_TRUE(read) << failure_of(read);
  EXPECT_EQ(read->certificate, "C");
  EXPECT_EQ(read->key.reveal(), "K");
  EXPECT_EQ(read->expires, std::nullopt);
}

struct Refusal {
  const char* name;
  std::string output;
  std::string why;
};

class ExecCredentialRefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(ExecCredentialRefusalTest, NamesTheFieldAndQuotesNothing) {
  EXPECT_EQ(failure_of(parse_exec_credential(GetParam().output, shell(""))),
            "Invalid: what it printed is no ExecCredential: " + GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    Outputs, ExecCredentialRefusalTest,
    testing::Values(Refusal{"NoJson", "s3cret", "it is not a JSON object"},
                    Refusal{"Nothing", "", "it is not a JSON object"},
                    Refusal{"AnotherKind", R"({"kind":"Secret"})", "kind is another"},
                    Refusal{"AnotherVersion", R"({"kind":"ExecCredential","apiVersion":"v1"})",
                            "apiVersion is not the configured one"},
                    Refusal{"NoStatus", R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"})",
                            "status is missing"},
                    Refusal{"NoCredential", credential("{}"), "status has neither token nor clientCertificateData"},
                    Refusal{"HalfACertificate", credential(R"({"token":"t","clientKeyData":"K"})"),
                            "clientCertificateData and clientKeyData belong together"},
                    Refusal{"NoTime", credential(R"({"token":"t","expirationTimestamp":"soon"})"),
                            "expirationTimestamp is not a time"}),
    [](const auto& info) { return info.param.name; });

TEST(ExecInfoTest, TellsOfTheClusterOnlyWhereAsked) {
  ClusterConfig config;
  config.server = "https://api:6443";
  config.tls_server_name = "kubernetes";
  auto plugin = shell("");
  const auto without = nlohmann::json::parse(exec_info(plugin, config, "CA"));
  EXPECT_EQ(without,
            (nlohmann::json{{"apiVersion", kVersion}, {"kind", "ExecCredential"}, {"spec", {{"interactive", false}}}}));
  plugin.provide_cluster_info = true;
  const auto with = nlohmann::json::parse(exec_info(plugin, config, "CA"));
  EXPECT_EQ(with.at("spec").at("cluster"), (nlohmann::json{{"server", "https://api:6443"},
                                                           {"certificate-authority-data", "Q0E="},
                                                           {"tls-server-name", "kubernetes"}}));
}

TEST(ExecPluginTest, IsToldOfAClusterWhoseNameIsNoUtf8) {
  ClusterConfig config;
  config.server = "https://api:6443";
  config.tls_server_name = "k\xFF";
  auto plugin = shell("");
  plugin.provide_cluster_info = true;
  const auto info = nlohmann::json::parse(exec_info(plugin, config, ""));
  EXPECT_EQ(info.at("spec").at("cluster").at("tls-server-name"), "k\uFFFD");
}

TEST(ExecPluginTest, GetsArgumentsAndEnvironmentAndNothingToRead) {
  ASSERT_EQ(::setenv("KUBE_TEST_VARIABLE", "ours", 1), 0);
  auto plugin = shell(R"sh(
    test -z "$(cat)" || exit 9
    printf '{"apiVersion":"%s","kind":"ExecCredential","status":{"token":"%s/%s/%s/%s"}}' \
      "$V" "$1" "$KUBE_TEST_VARIABLE" "$KUBERNETES_EXEC_INFO" "$(ls /proc/self/fd | wc -l)")sh");
  plugin.args.insert(plugin.args.end(), {"name", "a b"});
  plugin.env = {{"V", kVersion}, {"KUBE_TEST_VARIABLE", "theirs"}};
  const auto given = run_exec_plugin(plugin, "info", {});
  ASSERT_TRUE(given) << failure_of(given);
  // Four files: what a child of the plugin's shell has of its own (0, 1, 2 and the folder that ls reads).
  EXPECT_EQ(given->token.reveal(), "a b/theirs/info/4");
}

TEST(ExecPluginTest, SaysWhyThereAreNoCredentials) {
  auto absent = shell("");
  absent.command = "no-such-command-of-guildhall";
  absent.install_hint = "install it";
  EXPECT_EQ(failure_of(run_exec_plugin(absent, "", {})), "NotFound: there is no such command; install it");
  EXPECT_EQ(failure_of(run_exec_plugin(shell("exit 3"), "", {})), "Invalid: it ended with exit code 3");
  EXPECT_EQ(failure_of(run_exec_plugin(shell("kill -9 $$"), "", {})), "Invalid: it ended with exit code 137");
  EXPECT_EQ(failure_of(run_exec_plugin(shell("head -c 2000000 /dev/zero"), "", {})),
            "Invalid: it prints more than 1 MiB");
}

TEST(ExecPluginTest, IsKilledWithAllThatItStartedWhenStopped) {
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  // Both the shell and its child hold the output open.
  EXPECT_EQ(failure_of(run_exec_plugin(shell("tail -f /dev/null & tail -f /dev/null"), "", stop.get_token())),
            "Canceled: stopped");
}

}  // namespace
}  // namespace guildhall::kube
