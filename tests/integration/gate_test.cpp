// Keys that open real doors: what proxies are told, and what gets through them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fstream>

#include "operator/core/text.hpp"
#include "operator/core/timestamp.hpp"
#include "tests/integration/gate_fixture.hpp"

namespace guildhall::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

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

/// As when its node is gone: the connection is made, or stands, and nothing comes.
TEST_P(GateBehindProxy, OpensNothingAndHoldsNobodyWhenTheGateIsSilent) {
  boost::asio::io_context context;
  const boost::asio::ip::tcp::acceptor silent(context, {boost::asio::ip::address_v4::loopback(), 0});
  start_proxy(GetParam(), silent.local_endpoint().port());
  const int answered = status("gld_any", kQuery);
  EXPECT_GE(answered, 500) << "0: the client has given up";
  EXPECT_LE(answered, 504);
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
  for (const std::string host : {"http://metrics", "http://elsewhere.example"})
    EXPECT_NE(ask(token, host + kWrite).status, 200) << host;
  if (GetParam() == cluster::Proxy::HAProxy) {
    EXPECT_EQ(ask(token, std::string("http://metrics") + kQuery).status, 400) << "not read alike by all";
  }
  if (GetParam() == cluster::Proxy::Nginx) {
    EXPECT_EQ(send(port_, "/_guildhall", "").status, 404) << "the gate is nobody's to ask";
  }
}

TEST_F(GateTest, ClosesWhenAccessIsTakenAndOpensWhenItIsGivenBack) {
  enrol("jane");
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

/// Of this machine to that port, those that are over: who closes one first has it stand for a minute.
int ended_connections(std::uint16_t port) {
  constexpr const char* kTimeWait = "06";
  std::ifstream table("/proc/net/tcp");
  const std::string ended = fmt::format(":{:04X} {} ", port, kTimeWait);
  int count = 0;
  for (std::string line; std::getline(table, line);)
    count += line.find(ended) != std::string::npos ? 1 : 0;
  return count;
}

TEST_F(GateTest, IsAskedByNginxOnConnectionsThatStay) {
  const std::string token = token_of("unbroken", "Read");
  const int before = ended_connections(operator_->gate_port());
  for (int round = 0; round < 10; ++round) {
    EXPECT_EQ(status(token, kQuery), 200);
    EXPECT_EQ(status(token, kWrite), 403);
    EXPECT_EQ(status("", kQuery), 401);
  }
  EXPECT_EQ(ended_connections(operator_->gate_port()), before);
}

TEST_F(GateTest, CountsWhatItAnswers) {
  const std::string series = R"(guildhall_gate_requests_total{outcome="NoKey"})";
  const double before = operator_->metric(series).value_or(0);
  EXPECT_EQ(status("", kQuery), 401);
  EXPECT_EQ(operator_->metric(series).value_or(0), before + 1);
  EXPECT_THAT(operator_->log(), Not(HasSubstr("gld_")));
}

/// What a documented configuration says is copied from the gate's answer is there.
void expect_told(const http::RawResponse& answer, const YAML::Node& headers) {
  ASSERT_EQ(headers.size(), 5U);
  for (const YAML::Node& header : headers) {
    const auto name = (header.IsMap() ? header["exact"] : header).as<std::string>();
    EXPECT_TRUE(testing::Value(core::lower_case(answer.head), HasSubstr("\n" + core::lower_case(name) + ": "))) << name;
  }
}

/// There is no Envoy here: what it does with its configuration stands in Envoy's documentation.
TEST_F(GateTest, AnswersWhatEnvoyAsksByItsDocumentedConfiguration) {
  const std::string token = token_of("enveloped", "Read");
  const YAML::Node listener = YAML::Load(cluster::block_of("envoy.md", "yaml"))["static_resources"]["listeners"][0];
  const YAML::Node manager = listener["filter_chains"][0]["filters"][0]["typed_config"];
  const YAML::Node asks = manager["http_filters"][0]["typed_config"];
  const YAML::Node service = asks["http_service"];
  std::string prefix = service["path_prefix"].as<std::string>();
  cluster::replace_all(prefix, "/acme/acme-prod", "/keys/keys-prod");
  const std::string fields =
      asks["allowed_headers"]["patterns"][0]["exact"].as<std::string>() + ": Bearer " + token + "\r\n";
  const std::uint16_t gate = operator_->gate_port();
  const auto allowed = send(gate, prefix + kQuery, fields);
  EXPECT_EQ(allowed.status, 200) << allowed.head;
  expect_told(allowed, service["authorization_response"]["allowed_upstream_headers"]["patterns"]);
  EXPECT_EQ(send(gate, prefix + kQuery, fields, "POST").status, 200);
  EXPECT_EQ(send(gate, prefix + kWrite, fields, "POST").status, 403);
  EXPECT_EQ(send(gate, prefix + "/api/v1/query/../write", fields).status, 403);
  EXPECT_FALSE(asks["failure_mode_allow"].as<bool>());
}

/// Nor is there a Traefik.
TEST_F(GateTest, AnswersWhatTraefikAsksByItsDocumentedConfiguration) {
  const std::string token = token_of("routed", "Read");
  const YAML::Node middlewares = YAML::Load(cluster::block_of("traefik.md", "yaml"))["http"]["middlewares"];
  const YAML::Node asks = middlewares["guildhall-gate"]["forwardAuth"];
  std::string address = asks["address"].as<std::string>();
  cluster::replace_all(address, "/acme/acme-prod", "/keys/keys-prod");
  const std::string route = address.substr(address.find("/auth/"));
  const auto ask_for = [&](const std::string& target) {
    return send(operator_->gate_port(), route,
                asks["authRequestHeaders"][0].as<std::string>() + ": Bearer " + token +
                    "\r\nX-Forwarded-Method: POST\r\nX-Forwarded-Uri: " + target + "\r\n");
  };
  const auto allowed = ask_for(kQuery);
  EXPECT_EQ(allowed.status, 200) << allowed.head;
  expect_told(allowed, asks["authResponseHeaders"]);
  EXPECT_EQ(ask_for(kWrite).status, 403);
  EXPECT_FALSE(asks["trustForwardHeader"].as<bool>());
}

INSTANTIATE_TEST_SUITE_P(Of, GateBehindProxy,
                         testing::Values(cluster::Proxy::Nginx, cluster::Proxy::Caddy, cluster::Proxy::HAProxy),
                         [](const auto& info) { return cluster::name_of(info.param); });

}  // namespace
}  // namespace guildhall::tests
