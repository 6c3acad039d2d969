#include "operator/telemetry/routes.hpp"

#include <gtest/gtest.h>

#include "tests/unit/operator/telemetry/exposition.hpp"

namespace guildhall::telemetry {
namespace {

class Routes : public testing::Test {
 protected:
  Routes() {
    live_.add("ping", []() -> core::Result<void> { return {}; });
    ready_.add("leader-election", []() -> core::Result<void> { return {}; });
    ready_.add("caches", [this]() -> core::Result<void> {
      if (synced_) return {};
      return core::fail(core::ErrorKind::Unavailable, "not synced: apikeys");
    });
  }

  http::Response ask(std::string path, std::string query = {}, std::string method = "GET") {
    http::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.query = std::move(query);
    return handler_(request);
  }

  bool synced_ = false;
  PrometheusMetrics metrics_;
  HealthChecks live_;
  HealthChecks ready_;
  http::Handler handler_ = make_routes({metrics_, live_, ready_});
};

TEST_F(Routes, AnswerMetricsInTheTextFormat) {
  metrics_.gauge("guildhall_build_info", {{"version", "1.2.3"}}, 1);
  const auto response = ask("/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  const auto exposition = read_exposition(response.body);
  EXPECT_EQ(exposition.problem, "");
  EXPECT_EQ(exposition.value("guildhall_build_info", {{"version", "1.2.3"}}), 1);
}

TEST_F(Routes, SayThatTheProcessLivesEvenWhenItIsNotReady) {
  EXPECT_EQ(ask("/healthz").status, 200);
  EXPECT_EQ(ask("/healthz").body, "ok\n");
  EXPECT_EQ(ask("/healthz/ping").body, "ok\n");
}

TEST_F(Routes, SayWhyTheProcessIsNotReady) {
  const auto response = ask("/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "[+]leader-election ok\n[-]caches failed: not synced: apikeys\n");
  synced_ = true;
  EXPECT_EQ(ask("/readyz").status, 200);
  EXPECT_EQ(ask("/readyz").body, "ok\n");
}

TEST_F(Routes, ListAllChecksWhenAskedTo) {
  synced_ = true;
  EXPECT_EQ(ask("/readyz", "verbose").body, "[+]leader-election ok\n[+]caches ok\n");
  EXPECT_EQ(ask("/readyz", "verbose=true").body, "[+]leader-election ok\n[+]caches ok\n");
}

TEST_F(Routes, AnswerForOneCheck) {
  EXPECT_EQ(ask("/readyz/leader-election").status, 200);
  EXPECT_EQ(ask("/readyz/caches").status, 503);
  EXPECT_EQ(ask("/readyz/").status, 503);
}

TEST_F(Routes, KnowNothingElse) {
  for (const std::string path : {"/", "/metric", "/metrics/", "/readyzz", "/healthz/pong", "/readyz/ping",
                                 "/readyz/caches/x", "", "metrics", "/METRICS", "/debug/pprof"})
    EXPECT_EQ(ask(path).status, 404) << path;
}

TEST_F(Routes, OnlyRead) {
  EXPECT_EQ(ask("/metrics", "", "HEAD").status, 200);
  for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "get"}) {
    const auto response = ask("/metrics", "", method);
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(response.headers.at("Allow"), "GET, HEAD");
  }
}

}  // namespace
}  // namespace guildhall::telemetry
