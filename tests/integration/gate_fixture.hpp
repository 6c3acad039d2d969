// Requests through proxies, configured as docs/gate has it, to a server that says what came to it.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>

#include "operator/http/server.hpp"
#include "tests/cluster/documented_proxy.hpp"
#include "tests/cluster/proxy_process.hpp"
#include "tests/integration/apikey_fixture.hpp"
#include "tests/unit/operator/http/raw_client.hpp"

namespace guildhall::tests {

/// In place of a VictoriaMetrics: answers with the request line and the fields.
inline http::Response echo(const http::Request& request) {
  http::Response response;
  response.body =
      fmt::format("{} {}{}{}\n", request.method, request.path, request.query.empty() ? "" : "?", request.query);
  for (const auto& [name, value] : request.fields)
    response.body += fmt::format("{}: {}\n", name, value);
  return response;
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
    ASSERT_TRUE(cluster::eventually("both deployments are listed", [&] {
      const nlohmann::json organization = kubectl.get({"organization", "keys"});
      return cluster::Observation{organization["status"].value("deployments", nlohmann::json::array()).size() == 2,
                                  organization.dump(1)};
    }));
  }
  static void TearDownTestSuite() {
    proxy_.reset();
    backend_.reset();
    ApiKeyFixture::TearDownTestSuite();
  }

  static void start_proxy(cluster::Proxy proxy, std::uint16_t gate_port) {
    port_ = cluster::free_port();
    proxy_ = std::make_unique<cluster::ProxyProcess>(
        proxy,
        cluster::documented_configuration(
            proxy,
            {.gate = gate_port, .backend = backend_port_, .port = port_, .gate_path = "/auth/keys/keys-prod.metrics"}),
        port_);
  }

  /// A Member who has accepted.
  void enrol(const std::string& name, const std::string& role = "Viewer") const {
    apply(fmt::format(
        "{{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {{name: {0}, namespace: keys}}, spec: "
        "{{email: {0}@keys.example, role: {1}, invitation: {{delivery: None}}}}}}",
        name, role));
    run({"wait", "member/" + name, "-n", "keys", "--for=condition=Ready", "--timeout=60s"});
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
  [[nodiscard]] static testing::AssertionResult answers(const std::string& token, const std::string& target,
                                                        int wanted) {
    return cluster::eventually(fmt::format("{} is answered {}", target, wanted), [&] {
      const int got = status(token, target);
      return cluster::Observation{got == wanted, std::to_string(got)};
    });
  }

  static inline std::unique_ptr<http::Server> backend_;
  static inline std::uint16_t backend_port_ = 0;
  static inline std::unique_ptr<cluster::ProxyProcess> proxy_;
  static inline std::uint16_t port_ = 0;
};

inline constexpr const char* kQuery = "/api/v1/query?query=up";
inline constexpr const char* kWrite = "/api/v1/write";

}  // namespace guildhall::tests
