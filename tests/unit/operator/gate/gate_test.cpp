#include "operator/gate/gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "operator/core/api_key_token.hpp"

namespace guildhall::gate {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Noon final : public core::Clock {
 public:
  [[nodiscard]] core::Timestamp now() const override { return *core::parse_timestamp("2026-11-24T12:00:00Z"); }
};

std::string token() {
  const std::string body = "gld_00000001_" + std::string(core::kTokenSecretLength, 'k');
  return body + core::token_checksum(body);
}

class TheGate : public ::testing::Test {
 protected:
  TheGate() {
    table_.put_organization("acme",
                            {.home = "acme",
                             .accepted = true,
                             .tenant = {.account = 7, .project = 3},
                             .deployments = Deployments({{.ns = "acme", .names = {"logs"}, .product = "VLSingle"}})});
    KeyEntry entry;
    entry.uid = "u-1";
    entry.organization = "acme";
    entry.reads = true;
    entry.writes = true;
    entry.opening.by = Opening::By::All;
    entry.tokens.push_back({.id = "00000001", .hash = crypto::sha256(token()), .expires_at = {}});
    table_.put_key({"acme", "grafana"}, entry);
  }
  http::Response ask(const std::string& credential, const std::string& path = "/auth/acme/logs") {
    http::Request request;
    request.method = "GET";
    request.path = path;
    request.fields = {{"x-original-uri", "/select/logsql/query"}};
    if (!credential.empty()) request.fields.emplace("authorization", credential);
    return gate_.answer(request);
  }

  KeyTable table_;
  Noon clock_;
  OutcomeCounter outcomes_;
  bool has_read_ = true;
  UseCounter uses_;
  std::string log_;
  Gate gate_{{.table = table_,
              .paths = path_table(),
              .clock = clock_,
              .has_read = [this] { return has_read_; },
              .outcomes = outcomes_,
              .uses = uses_,
              .log = [this](const std::string& line) { log_ += line; }}};
};

TEST_F(TheGate, SaysWhoMayPass) {
  const http::Response response = ask("Bearer " + token());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("X-Guildhall-Organization"), "acme");
  EXPECT_EQ(response.headers.at("X-Guildhall-Key"), "grafana");
  EXPECT_EQ(response.headers.at("X-Guildhall-Permissions"), "ReadWrite");
  EXPECT_EQ(response.headers.at("AccountID"), "7");
  EXPECT_EQ(response.headers.at("ProjectID"), "3");
  EXPECT_EQ(response.headers.at("Cache-Control"), "no-store");
  EXPECT_EQ(response.body, "");
}

TEST_F(TheGate, AsksForAKey) {
  const http::Response response = ask("");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.headers.at("WWW-Authenticate"), "Bearer realm=\"guildhall\"");
  EXPECT_FALSE(response.headers.contains("X-Guildhall-Organization"));
}

TEST_F(TheGate, SaysWhatIsWrongWithAKey) {
  const http::Response response = ask("Bearer wrong");
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(response.headers.at("WWW-Authenticate"), HasSubstr("error=\"invalid_token\""));
  EXPECT_THAT(response.headers.at("WWW-Authenticate"), Not(HasSubstr("wrong")));
}

TEST_F(TheGate, RefusesAProxyThatDoesNotSayWhatItWasAsked) {
  const http::Response response = ask("Bearer " + token(), "/auth/acme/logs/forwarded");
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr("the proxy does not say"));
}

TEST_F(TheGate, NotesWhatKeysAreUsedFor) {
  ask("Bearer " + token());
  ask("Bearer wrong");
  ask("Bearer " + token(), "/auth/acme/logs/forwarded");
  const Counted counted = uses_.take();
  EXPECT_EQ(counted.uses.at({"acme", "grafana"}).uid, "u-1");
  EXPECT_EQ(counted.uses.at({"acme", "grafana"}).at, clock_.now());
  ASSERT_EQ(counted.refusals.size(), 1U);
  EXPECT_EQ(counted.refusals.begin()->first,
            (RefusalKind{.organization = "acme", .key = {}, .uid = "", .outcome = Outcome::MalformedKey}));
}

TEST_F(TheGate, CountsEachOutcomeAndNamesAllOfThem) {
  ask("Bearer " + token());
  ask("Bearer " + token());
  ask("");
  has_read_ = false;
  ask("");
  std::map<std::string, double> told;
  const auto tell = [&] {
    outcomes_.tell([&](std::string_view outcome, double more) { told[std::string(outcome)] += more; });
  };
  tell();
  tell();
  EXPECT_EQ(told["Allowed"], 2);
  EXPECT_EQ(told["NoKey"], 1);
  EXPECT_EQ(told["NotReady"], 1);
  EXPECT_EQ(told["Revoked"], 0);
  EXPECT_EQ(told.size(), all_outcomes().size() + 1);
}

TEST_F(TheGate, WritesALineOfEachRequest) {
  ask("Bearer " + token());
  ask("Bearer " + token(), "/auth/acme/logs/forwarded");
  EXPECT_THAT(log_, HasSubstr(R"("path":"/select/logsql/query","outcome":"Allowed")"));
  EXPECT_THAT(log_, HasSubstr(R"("outcome":"UnclearRequest")"));
  EXPECT_THAT(log_, Not(HasSubstr("gld_")));
}

TEST_F(TheGate, KnowsNoOtherRoute) {
  EXPECT_EQ(ask("", "/metrics").status, 404);
}

TEST_F(TheGate, LetsNobodyPassBeforeItHasReadTheCluster) {
  has_read_ = false;
  EXPECT_EQ(ask("Bearer " + token()).status, 503);
}

}  // namespace
}  // namespace guildhall::gate
