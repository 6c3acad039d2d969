// Who the client is, and whom it believes, against a real API server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "operator/kube/watch_event.hpp"
#include "tests/integration/kube_client_fixture.hpp"

namespace guildhall::tests {
namespace {

namespace fs = std::filesystem;

using cluster::shared_control_plane;
using testing::HasSubstr;

const core::ResourceType& self_reviews() {
  static const core::ResourceType kType{"authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview",
                                        false};
  return kType;
}

/// The user that the server takes this client for; "<kind>" of a failure.
std::string who_am_i(kube::Client& client) {
  const auto review =
      client.create(self_reviews(), "", {{"apiVersion", "authentication.k8s.io/v1"}, {"kind", "SelfSubjectReview"}});
  return review ? review->at("status").at("userInfo").at("username").get<std::string>() : "<" + kind_of(review) + ">";
}

std::string service_account_token(const std::string& name) {
  const auto& control_plane = shared_control_plane();
  static_cast<void>(control_plane.kubectl()({"create", "serviceaccount", name, "-n", "default"}));
  const auto output = control_plane.kubectl()({"create", "token", name, "-n", "default"});
  if (output.exit_code != 0) throw std::runtime_error(output.err);
  return output.out;
}

/// The shared API server and its CA, and nobody yet.
kube::ClusterConfig anonymous_config() {
  auto config = config_of(shared_control_plane().kubeconfig());
  config.client_certificate = {};
  config.client_key = {};
  config.token = {};
  return config;
}

void write(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::trunc) << text;
}

std::unique_ptr<kube::Client> must_connect_by(const Way& way, kube::ClusterConfig config) {
  auto client = connect(std::move(config), {}, way);
  if (!client) throw std::runtime_error(client.error().describe());
  return std::move(*client);
}

/// A client whose clock the test moves on.
class Timed {
 public:
  Timed(const Way& way, kube::ClusterConfig config) {
    kube::TransportOptions options;
    options.sources.steady_now = [elapsed = elapsed_] { return std::chrono::steady_clock::time_point(*elapsed); };
    auto transport = way.make(std::move(config), std::move(options));
    if (!transport) throw std::runtime_error(transport.error().describe());
    client_ = std::make_unique<kube::Client>(*transport, kube::ClientOptions{}, metrics_);
  }
  void advance(std::chrono::seconds time) { *elapsed_ += time; }
  kube::Client& client() { return *client_; }

 private:
  std::shared_ptr<std::chrono::seconds> elapsed_ = std::make_shared<std::chrono::seconds>(0);
  core::NoMetrics metrics_;
  std::unique_ptr<kube::Client> client_;
};

class KubeClientCredentialsTest : public testing::TestWithParam<Way> {
 protected:
  [[nodiscard]] fs::path file(const std::string& name) const {
    std::string test = testing::UnitTest::GetInstance()->current_test_info()->name();
    std::ranges::replace(test, '/', '-');
    return shared_control_plane().directory() / (test + "." + name);
  }
  static std::unique_ptr<kube::Client> must_connect(kube::ClusterConfig config) {
    return must_connect_by(GetParam(), std::move(config));
  }
};
INSTANTIATE_TEST_SUITE_P(, KubeClientCredentialsTest, testing::Values(cpprest_way(), prompt_way()),
                         [](const auto& info) { return info.param.name; });

TEST_P(KubeClientCredentialsTest, AuthenticatesByClientCertificate) {
  EXPECT_EQ(who_am_i(*must_connect(config_of(shared_control_plane().user("jane@acme.example").kubeconfig()))),
            "jane@acme.example");
}

TEST_P(KubeClientCredentialsTest, AuthenticatesByTokenFile) {
  EXPECT_EQ(
      who_am_i(*must_connect(config_of(shared_control_plane().serviceaccount("default", "default").kubeconfig()))),
      "system:serviceaccount:default:default");
}

TEST_P(KubeClientCredentialsTest, SaysUnauthorizedForABadToken) {
  auto config = anonymous_config();
  config.token.text = core::SecretText("bad");
  EXPECT_EQ(who_am_i(*must_connect(std::move(config))), "<Unauthorized>");
}

TEST_P(KubeClientCredentialsTest, ReadsTheTokenFileAgainWhenTheServerRefusesTheOldToken) {
  auto config = anonymous_config();
  config.token.file = file("token");
  write(config.token.file, "bad");
  const auto token_file = config.token.file;
  const auto client = must_connect(std::move(config));
  ASSERT_EQ(who_am_i(*client), "<Unauthorized>");
  write(token_file, service_account_token("rotated"));
  EXPECT_EQ(who_am_i(*client), "system:serviceaccount:default:rotated");
}

TEST_P(KubeClientCredentialsTest, ReadsTheTokenFileAgainAfterAMinute) {
  auto config = anonymous_config();
  config.token.file = file("token");
  write(config.token.file, service_account_token("before"));
  const auto token_file = config.token.file;
  Timed timed(GetParam(), std::move(config));
  ASSERT_EQ(who_am_i(timed.client()), "system:serviceaccount:default:before");
  write(token_file, service_account_token("after"));
  EXPECT_EQ(who_am_i(timed.client()), "system:serviceaccount:default:before");
  timed.advance(std::chrono::seconds(61));
  EXPECT_EQ(who_am_i(timed.client()), "system:serviceaccount:default:after");
}

TEST_P(KubeClientCredentialsTest, AWatchToo) {
  auto config = anonymous_config();
  config.token.file = file("token");
  write(config.token.file, "bad");
  const auto token_file = config.token.file;
  const auto client = must_connect(std::move(config));
  write(token_file, service_account_token("watcher"));
  ASSERT_EQ(shared_control_plane()
                .kubectl()({"create", "clusterrolebinding", "watcher" + GetParam().name, "--clusterrole=view",
                            "--serviceaccount=default:watcher"})
                .exit_code,
            0);
  kube::WatchOptions options;
  options.selection.ns = "default";
  options.timeout = std::chrono::seconds(1);
  EXPECT_EQ(failure_of(client->watch(config_maps(), options, [](kube::WatchEvent&&) { return false; }, {})), "");
}

TEST_P(KubeClientCredentialsTest, RunsAnExecPluginAndRunsItAgainWhenItsTokenIsRefused) {
  auto config = anonymous_config();
  const auto script = file("plugin");
  const auto token = file("token");
  write(script,
        "#!/bin/sh\nprintf '%s\\n' \"$KUBERNETES_EXEC_INFO\" >> \"$1.calls\"\n"
        "printf "
        "'{\"apiVersion\":\"client.authentication.k8s.io/"
        "v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"%s\"}}' \"$(cat \"$1\")\"\n");
  fs::permissions(script, fs::perms::owner_all);
  config.exec = kube::ExecPlugin{.api_version = "client.authentication.k8s.io/v1",
                                 .command = script,
                                 .args = {token},
                                 .env = {},
                                 .provide_cluster_info = true,
                                 .install_hint = {}};
  write(token, "bad");
  const auto client = must_connect(std::move(config));
  write(token, service_account_token("by-plugin"));
  EXPECT_EQ(who_am_i(*client), "system:serviceaccount:default:by-plugin");
  EXPECT_EQ(who_am_i(*client), "system:serviceaccount:default:by-plugin");
  const auto calls = kube::read_file(token.string() + ".calls");
  ASSERT_TRUE(calls);
  EXPECT_EQ(std::ranges::count(*calls, '\n'), 2) << *calls;
  EXPECT_THAT(*calls, HasSubstr("\"server\":\"https://"));
}

TEST_P(KubeClientCredentialsTest, TakesUpANewClientCertificateFromItsFile) {
  auto config = anonymous_config();
  auto jane = config_of(shared_control_plane().user("jane@acme.example").kubeconfig());
  auto kim = config_of(shared_control_plane().user("kim@acme.example").kubeconfig());
  const auto text = [](const kube::TextSource& source) {
    return source.file.empty() ? std::string(source.text.reveal()) : kube::read_file(source.file).value_or("");
  };
  config.client_certificate.file = file("crt");
  config.client_key.file = file("key");
  write(config.client_certificate.file, text(jane.client_certificate));
  write(config.client_key.file, text(jane.client_key));
  const auto certificate_file = config.client_certificate.file;
  const auto key_file = config.client_key.file;
  Timed timed(GetParam(), std::move(config));
  ASSERT_EQ(who_am_i(timed.client()), "jane@acme.example");
  write(certificate_file, text(kim.client_certificate));
  write(key_file, text(kim.client_key));
  EXPECT_EQ(who_am_i(timed.client()), "jane@acme.example");
  timed.advance(std::chrono::seconds(61));
  EXPECT_EQ(who_am_i(timed.client()), "kim@acme.example");
}

TEST_P(KubeClientCredentialsTest, RefusesAServerOfAnotherAuthority) {
  const cluster::ControlPlane other;
  auto config = config_of(shared_control_plane().kubeconfig());
  config.ca = std::move(config_of(other.kubeconfig()).ca);
  const auto found = must_connect(std::move(config))->get(core::types::namespaces(), {"", "default"});
  ASSERT_EQ(kind_of(found), "Unavailable");
  EXPECT_THAT(failure_of(found), HasSubstr("certificate verify failed"));
}

TEST_P(KubeClientCredentialsTest, DoesNotTrustTheSystemsAuthoritiesBesideTheConfiguredOne) {
  // Without any CA, the system's are asked, and they do not know this server.
  auto config = config_of(shared_control_plane().kubeconfig());
  config.ca = {};
  EXPECT_EQ(kind_of(must_connect(std::move(config))->get(core::types::namespaces(), {"", "default"})), "Unavailable");
}

TEST_P(KubeClientCredentialsTest, ChecksTheServersName) {
  auto config = config_of(shared_control_plane().kubeconfig());
  config.tls_server_name = "kubernetes.default.svc";
  EXPECT_EQ(failure_of(must_connect(std::move(config))->get(core::types::namespaces(), {"", "default"})), "");
  auto wrong = config_of(shared_control_plane().kubeconfig());
  wrong.tls_server_name = "other.example";
  EXPECT_EQ(kind_of(must_connect(std::move(wrong))->get(core::types::namespaces(), {"", "default"})), "Unavailable");
}

TEST_P(KubeClientCredentialsTest, VerifiesNothingWhereTheKubeconfigSaysSo) {
  auto config = config_of(shared_control_plane().kubeconfig());
  config.ca = {};
  config.insecure = true;
  EXPECT_EQ(failure_of(must_connect(std::move(config))->get(core::types::namespaces(), {"", "default"})), "");
}

TEST_P(KubeClientCredentialsTest, SaysAtTheStartWhatCannotBeRead) {
  auto config = config_of(shared_control_plane().kubeconfig());
  config.ca.text = core::SecretText("no certificate");
  config.ca.file.clear();
  const auto client = connect(std::move(config), {}, GetParam());
  ASSERT_EQ(kind_of(client), "Invalid");
  EXPECT_THAT(failure_of(client), HasSubstr("certificate-authority"));
}

}  // namespace
}  // namespace guildhall::tests
