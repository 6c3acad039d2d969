// Requests through proxies, configured as docs/gate has it, to a server that says what came to it.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "operator/http/server.hpp"
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

inline void replace(std::string& text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

/// The block of that language on a page of docs/gate.
inline std::string block_of(const std::string& page, const std::string& language) {
  std::ifstream file(cluster::source_directory() / "docs/gate" / page);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::string begin = "\n```" + language + "\n";
  const auto at = text.find(begin);
  EXPECT_NE(at, std::string::npos) << page << " has a block of " << language;
  return text.substr(at + begin.size(), text.find("\n```\n", at + begin.size()) - at - begin.size() + 1);
}

/// A proxy whose page of docs/gate is tried.
struct Documented {
  cluster::Proxy proxy;
  const char* name;
  const char* page;
  const char* language;
  const char* listens;     ///< how it says where it listens,
  std::string listens_at;  ///< and what stands before the port when it does so here
};

inline const std::array kDocumented{
    Documented{cluster::Proxy::Nginx, "nginx", "nginx.md", "nginx", "listen 8427", "listen 127.0.0.1:"},
    Documented{cluster::Proxy::Caddy, "Caddy", "caddy.md", "caddyfile", ":8427", ":"},
    Documented{cluster::Proxy::HAProxy, "HAProxy", "haproxy.md", "haproxy", "bind :8427", "bind 127.0.0.1:"}};

inline const Documented& documented_of(cluster::Proxy proxy) {
  return *std::ranges::find(kDocumented, proxy, &Documented::proxy);
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
    const Documented& documented = documented_of(proxy);
    std::string block = block_of(documented.page, documented.language);
    port_ = cluster::free_port();
    replace(block, "guildhall-operator.guildhall-system.svc:8082", fmt::format("127.0.0.1:{}", gate_port));
    replace(block, "victoria-metrics.acme-prod.svc:8428", fmt::format("127.0.0.1:{}", backend_port_));
    replace(block, documented.listens, documented.listens_at + std::to_string(port_));
    replace(block, "/auth/acme/acme-prod.metrics", "/auth/keys/keys-prod.metrics");
    const std::string script = proxy == cluster::Proxy::HAProxy ? block_of(documented.page, "lua") : "";
    proxy_ = std::make_unique<cluster::ProxyProcess>(proxy, cluster::ProxyConfiguration{block, script}, port_);
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
