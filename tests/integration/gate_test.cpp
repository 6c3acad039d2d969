// Keys that open real doors: requests through proxies, configured as docs/gate has it, to a server that says what came
// to it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "operator/core/timestamp.hpp"
#include "operator/http/server.hpp"
#include "tests/cluster/proxy_process.hpp"
#include "tests/integration/apikey_fixture.hpp"
#include "tests/unit/operator/http/raw_client.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::AssertionResult;
using testing::HasSubstr;
using testing::Not;

/// In place of a VictoriaMetrics: answers with the request line and the fields.
http::Response echo(const http::Request& request) {
  http::Response response;
  response.body =
      fmt::format("{} {}{}{}\n", request.method, request.path, request.query.empty() ? "" : "?", request.query);
  for (const auto& [name, value] : request.fields)
    response.body += fmt::format("{}: {}\n", name, value);
  return response;
}

void replace(std::string& text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

/// The Organization `keys` with the deployments metrics and other, and a key for each permission.
class GateTest : public ApiKeyFixture {
 protected:
  static void SetUpTestSuite() {
    ApiKeyFixture::SetUpTestSuite();
    backend_ = std::make_unique<http::Server>("127.0.0.1:0", echo);
    backend_port_ = backend_->start().value();
    start_proxy(cluster::Proxy::Nginx, operator_->gate_port());
    const cluster::Kubectl kubectl = cluster::shared_control_plane().kubectl();
    for (const char* name : {"metrics", "other"}) {
      const auto applied = kubectl.apply(
          fmt::format("{{apiVersion: v1, kind: Service, metadata: {{name: {0}, namespace: keys-prod, labels: "
                      "{{guildhall.dev/deployment: {0}}}}}, spec: {{ports: [{{port: 8428}}]}}}}",
                      name));
      ASSERT_EQ(applied.exit_code, 0) << applied.err;
    }
    ASSERT_TRUE(eventually("both deployments are listed", [&] {
      const json organization = kubectl.get({"organization", "keys"});
      return Observation{organization["status"].value("deployments", json::array()).size() == 2, organization.dump(1)};
    }));
  }
  static void TearDownTestSuite() {
    proxy_.reset();
    backend_.reset();
    ApiKeyFixture::TearDownTestSuite();
  }

  static void start_proxy(cluster::Proxy proxy, std::uint16_t gate_port) {
    const bool is_nginx = proxy == cluster::Proxy::Nginx;
    std::ifstream file(std::filesystem::path(GUILDHALL_SOURCE_DIR) / "docs/gate" /
                       (is_nginx ? "nginx.conf" : "Caddyfile"));
    std::string block(std::istreambuf_iterator<char>(file), {});
    port_ = cluster::free_port();
    replace(block, "guildhall-operator.guildhall-system.svc:8082", fmt::format("127.0.0.1:{}", gate_port));
    replace(block, "victoria-metrics.acme-prod.svc:8428", fmt::format("127.0.0.1:{}", backend_port_));
    replace(block, is_nginx ? "listen 8427" : ":8427", fmt::format("{}:{}", is_nginx ? "listen 127.0.0.1" : "", port_));
    replace(block, "/auth/acme/acme-prod.metrics", "/auth/keys/keys-prod.metrics");
    proxy_ = std::make_unique<cluster::ProxyProcess>(proxy, block, port_);
  }

  /// A key that never expires, and its token.
  [[nodiscard]] std::string token_of(const std::string& name, const std::string& permissions,
                                     const std::string& more = "") const {
    apply(
        fmt::format("{{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {{name: {}, namespace: keys}}, "
                    "spec: {{displayName: Test, permissions: {}, deployments: {{names: [metrics]}}{}}}}}",
                    name, permissions, more.empty() ? ", neverExpires: true" : ", " + more));
    EXPECT_TRUE(becomes(name, "True/Active"));
    const std::string token = settled_token(name);
    EXPECT_TRUE(answers(token, "/", 403)) << "the gate knows it";
    return token;
  }

  static http::RawResponse send(std::uint16_t port, const std::string& target, const std::string& fields,
                                const std::string& method = "GET") {
    http::RawClient client(port);
    client.send(fmt::format("{} {} HTTP/1.1\r\nHost: metrics\r\n{}Content-Length: 0\r\nConnection: close\r\n\r\n",
                            method, target, fields));
    return client.receive().value_or(http::RawResponse{});
  }
  static http::RawResponse ask(const std::string& token, const std::string& target, const std::string& fields = "") {
    return send(port_, target, fields + (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n"));
  }
  static int status(const std::string& token, const std::string& target) { return ask(token, target).status; }
  [[nodiscard]] static AssertionResult answers(const std::string& token, const std::string& target, int wanted) {
    return eventually(fmt::format("{} is answered {}", target, wanted), [&] {
      const int got = status(token, target);
      return Observation{got == wanted, std::to_string(got)};
    });
  }

  static inline std::unique_ptr<http::Server> backend_;
  static inline std::uint16_t backend_port_ = 0;
  static inline std::unique_ptr<cluster::ProxyProcess> proxy_;
  static inline std::uint16_t port_ = 0;
};

constexpr const char* kQuery = "/api/v1/query?query=up";
constexpr const char* kWrite = "/api/v1/write";

/// What holds whichever proxy asks.
class GateBehindProxy : public GateTest, public testing::WithParamInterface<cluster::Proxy> {
 protected:
  void SetUp() override { start_proxy(GetParam(), operator_->gate_port()); }
  void TearDown() override {
    start_proxy(cluster::Proxy::Nginx, operator_->gate_port());
    run({"delete", "apikeys", "--all", "-n", "keys"});
  }
};

TEST_P(GateBehindProxy, OpensToEachKeyWhatItsPermissionsSay) {
  const std::string reader = token_of("reader", "Read");
  const std::string writer = token_of("writer", "Write");
  const std::string both = token_of("both", "ReadWrite");
  EXPECT_EQ(status(reader, kQuery), 200);
  EXPECT_EQ(status(reader, kWrite), 403);
  EXPECT_EQ(status(writer, kQuery), 403);
  EXPECT_EQ(status(writer, kWrite), 200);
  EXPECT_EQ(status(both, kQuery), 200);
  EXPECT_EQ(status(both, kWrite), 200);
  for (const char* closed : {"/api/v1/admin/tsdb/delete_series", "/snapshot/create", "/metrics", "/nothing"})
    EXPECT_EQ(status(both, closed), 403) << closed;
}

TEST_P(GateBehindProxy, NeedsAKeyOfThisOrganization) {
  const auto nothing = ask("", kQuery);
  EXPECT_EQ(nothing.status, 401);
  EXPECT_THAT(nothing.head, HasSubstr("uthenticate: Bearer realm=\"guildhall\""));
  EXPECT_THAT(ask("gld_wrong", kQuery).head, HasSubstr("error=\"invalid_token\""));
  apply("{apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {name: strange}, spec: {displayName: S}}");
  run({"wait", "organization/strange", "--for=condition=Ready", "--timeout=60s"});
  apply(R"({apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {name: k, namespace: strange},
    spec: {displayName: K, permissions: ReadWrite, neverExpires: true, deployments: {all: true}}})");
  run({"wait", "apikey/k", "-n", "strange", "--for=condition=Ready", "--timeout=60s"});
  const std::string strange = entry(kubectl_.get({"secret", "k", "-n", "strange"}), "token");
  EXPECT_EQ(status(strange, kQuery), 401);
  run({"delete", "organization", "strange"});
}

TEST_F(GateTest, OpensOnlyTheDeploymentsOfTheKey) {
  const std::string token = token_of("narrow", "Read");
  patch("apikey", "narrow", R"({"spec":{"deployments":{"names":["other"]}}})");
  EXPECT_TRUE(answers(token, kQuery, 403));
  patch("apikey", "narrow", R"({"spec":{"deployments":{"names":null,"all":true}}})");
  EXPECT_TRUE(answers(token, kQuery, 200));
  patch("apikey", "narrow", R"({"spec":{"deployments":{"all":null,"selector":{"matchLabels":{"team":"a"}}}}})");
  EXPECT_TRUE(answers(token, kQuery, 403));
  run({"label", "service", "metrics", "-n", "keys-prod", "team=a"});
  EXPECT_TRUE(answers(token, kQuery, 200));
  run({"label", "service", "metrics", "-n", "keys-prod", "team-"});
}

TEST_P(GateBehindProxy, TellsTheDeploymentWhoItIsAndNotTheKey) {
  const std::string token = token_of("known", "Read");
  const auto seen = ask(token, "/api/v1/query?query=a%20b&x=/../y",
                        "X-Guildhall-Key: forged\r\nX-Guildhall-Organization: forged\r\nX-VM-Cloud-Access: " + token +
                            "\r\nAccountID: 9\r\nConnection: AccountID, X-Guildhall-Key\r\n");
  ASSERT_EQ(seen.status, 200) << seen.head;
  EXPECT_THAT(seen.body, HasSubstr("GET /api/v1/query?query=a%20b&x=/../y\n"));
  EXPECT_THAT(seen.body, HasSubstr("x-guildhall-organization: keys\n"));
  EXPECT_THAT(seen.body, HasSubstr("x-guildhall-key: known\n"));
  EXPECT_THAT(seen.body, HasSubstr("x-guildhall-permissions: Read\n"));
  EXPECT_THAT(seen.body, Not(HasSubstr("forged")));
  EXPECT_THAT(seen.body, HasSubstr("accountid: 0\n")) << "not the client's";
  EXPECT_THAT(seen.body, Not(HasSubstr("gld_")));
}

TEST_P(GateBehindProxy, BelievesNoClientAboutWhatItAsks) {
  const std::string token = token_of("sly", "Read");
  EXPECT_EQ(ask(token, kWrite, "X-Original-URI: /api/v1/query\r\nX-Original-Method: GET\r\n").status, 403);
  EXPECT_EQ(ask(token, kWrite, "X-Forwarded-Uri: /api/v1/query\r\n").status, 403);
  for (const char* target :
       {"/api/v1/query/../write", "/api/v1/query/%2e%2e/write", "/api/v1%2fwrite", "/api/v1/query%3f/../write",
        "/api/v1/query;/../write", "//api/v1/write", "/./api/v1/write"})
    EXPECT_NE(ask(token, target).status, 200) << target;
  EXPECT_EQ(status(token, "//api/v1//query"), 200) << "as VictoriaMetrics reads it";
  EXPECT_EQ(ask(token, kQuery, "X-VM-Cloud-Access: gld_other\r\n").status, 401) << "two keys";
  if (GetParam() == cluster::Proxy::Nginx) {
    EXPECT_EQ(send(port_, "/_guildhall", "").status, 404) << "the gate is nobody's to ask";
  }
}

TEST_F(GateTest, ClosesWhenAccessIsTakenAndOpensWhenItIsGivenBack) {
  apply(
      "{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {name: jane, namespace: keys}, spec: {email: "
      "jane@keys.example, role: Viewer, invitation: {delivery: None}}}");
  run({"wait", "member/jane", "-n", "keys", "--for=condition=Ready", "--timeout=60s"});
  const std::string token = token_of("owned", "Read", "neverExpires: true, owner: {name: jane}");
  ASSERT_EQ(status(token, kQuery), 200);
  patch("member", "jane", R"({"spec":{"state":"Inactive"}})");
  EXPECT_TRUE(answers(token, kQuery, 401));
  patch("member", "jane", R"({"spec":{"state":"Active"}})");
  EXPECT_TRUE(answers(token, kQuery, 200));
  patch("organization", "keys", R"({"spec":{"state":"Suspended"}})");
  EXPECT_TRUE(answers(token, kQuery, 401));
  patch("organization", "keys", R"({"spec":{"state":"Active"}})");
  EXPECT_TRUE(answers(token, kQuery, 200));
  patch("apikey", "owned", R"({"spec":{"revoked":true}})");
  EXPECT_TRUE(answers(token, kQuery, 401));
}

TEST_F(GateTest, AcceptsBothTokensWhileAKeyIsRotated) {
  const std::string first = token_of("turning", "Read", "lifetime: 30d, rotation: {every: 10d, overlap: 1h}");
  patch("apikey", "turning", R"({"spec":{"rotateAt":"2026-11-24T10:00:00Z"}})");
  const std::string second = settled_token("turning", first);
  EXPECT_TRUE(answers(second, kQuery, 200));
  EXPECT_EQ(status(first, kQuery), 200);
}

TEST_F(GateTest, ExpiresAKeyByItself) {
  const auto end = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + std::chrono::seconds(8);
  const std::string token = token_of("brief", "Read", "expiresAt: '" + core::format_timestamp(end) + "'");
  EXPECT_EQ(status(token, kQuery), 200);
  EXPECT_TRUE(answers(token, kQuery, 401));
}

TEST_F(GateTest, CountsWhatItAnswers) {
  const std::string series = R"(guildhall_gate_requests_total{outcome="NoKey"})";
  const double before = operator_->metric(series).value_or(0);
  EXPECT_EQ(status("", kQuery), 401);
  EXPECT_EQ(operator_->metric(series).value_or(0), before + 1);
  EXPECT_THAT(operator_->log(), Not(HasSubstr("gld_")));
}

INSTANTIATE_TEST_SUITE_P(Of, GateBehindProxy, testing::Values(cluster::Proxy::Nginx, cluster::Proxy::Caddy),
                         [](const auto& info) { return info.param == cluster::Proxy::Nginx ? "nginx" : "Caddy"; });

/// The gate alone, with rights of its own, in place of the operator's.
class GateProcessTest : public GateTest {
 protected:
  void SetUp() override {
    auto& control_plane = cluster::shared_control_plane();
    gate_ = std::make_unique<cluster::OperatorProcess>(cluster::OperatorOptions{
        .kubeconfig = control_plane.serviceaccount("guildhall-system", "guildhall-gate").kubeconfig(),
        .log = control_plane.directory() / "gate.log",
        .flags = {},
        .gate_alone = true});
    gate_->wait_ready();
    start_proxy(cluster::Proxy::Nginx, gate_->gate_port());
  }
  void TearDown() override { start_proxy(cluster::Proxy::Nginx, operator_->gate_port()); }

  std::unique_ptr<cluster::OperatorProcess> gate_;
};

TEST_F(GateProcessTest, RefusesWithoutALeaderToo) {
  const std::string token = token_of("leaderless", "Read");
  const std::string narrowed = token_of("narrowed", "Read");
  const std::string released = token_of("released", "Read");
  patch("apikey", "narrowed", R"({"spec":{"deployments":{"names":null,"all":true}}})");
  EXPECT_TRUE(answers(narrowed, kQuery, 200));
  EXPECT_TRUE(answers(released, kQuery, 200));
  EXPECT_TRUE(answers(token, kQuery, 200));
  kill_operator();
  EXPECT_EQ(status(token, kQuery), 200);
  patch("apikey", "leaderless", R"({"spec":{"revoked":true}})");
  EXPECT_TRUE(answers(token, kQuery, 401));
  patch("apikey", "narrowed", R"({"spec":{"deployments":{"all":null,"selector":{"matchLabels":{"no":"no"}}}}})");
  EXPECT_TRUE(answers(narrowed, kQuery, 403)) << "what the status says was said of another spec";
  patch("organization", "keys", R"({"spec":{"namespaces":[]}})");
  EXPECT_TRUE(answers(released, kQuery, 403));
  patch("organization", "keys", R"({"spec":{"namespaces":["keys-prod"]}})");
  start_operator();
  EXPECT_TRUE(answers(released, kQuery, 200));
}

TEST_F(GateProcessTest, AnswersWhileTheApiServerIsAway) {
  const std::string token = token_of("lasting", "Read");
  EXPECT_TRUE(answers(token, kQuery, 200));
  auto& control_plane = cluster::shared_control_plane();
  kill_operator();
  control_plane.stop();
  EXPECT_EQ(status(token, kQuery), 200);
  EXPECT_EQ(status("gld_wrong", kQuery), 401);
  control_plane.start();
  start_operator();
  patch("apikey", "lasting", R"({"spec":{"revoked":true}})");
  EXPECT_TRUE(answers(token, kQuery, 401)) << "it hears of changes again";
}

TEST_F(GateProcessTest, ReadsNoSecret) {
  const auto may = [](const std::vector<std::string>& question) {
    std::vector<std::string> arguments{"auth", "can-i", "--as",
                                       "system:serviceaccount:guildhall-system:guildhall-gate"};
    arguments.insert(arguments.end(), question.begin(), question.end());
    return cluster::shared_control_plane().kubectl()(arguments).out;
  };
  EXPECT_EQ(may({"list", "apikeys.guildhall.dev", "-A"}), "yes\n");
  EXPECT_EQ(may({"get", "secrets", "-n", "keys"}), "no\n");
  EXPECT_EQ(may({"patch", "apikeys.guildhall.dev", "-n", "keys"}), "no\n");
}

}  // namespace
}  // namespace guildhall::tests
