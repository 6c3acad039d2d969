// What keys are used for: from requests through a proxy to the statuses of ApiKeys and Members, and to the log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/core/timestamp.hpp"
#include "tests/integration/gate_process_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::AssertionResult;
using testing::HasSubstr;
using testing::Not;

/// What the tests of both kinds of gates look at.
class Looks {
 public:
  [[nodiscard]] static AssertionResult is_said_to_be_used(const std::string& name) {
    return eventually("the status of ApiKey " + name + " says when it was used", [&] {
      const json key = kubectl().get({"apikey", name, "-n", "keys"});
      return Observation{key["status"].contains("lastUsedAt"), key["status"].dump(1)};
    });
  }
  /// An entry about that object whose note begins so.
  [[nodiscard]] static AssertionResult comes_to_hold(const std::string& action, const std::string& object,
                                                     const std::string& note, json* found = nullptr) {
    return eventually("the log holds " + action + " " + object + ": " + note, [&] {
      const auto read = kubectl()({"get", "auditentries", "-n", "keys", "-o", "json", "--field-selector",
                                   "action=" + action + ",object=" + object});
      const json list = read.exit_code == 0 ? json::parse(read.out) : json::object();
      for (const json& entry : list.value("items", json::array())) {
        if (!entry.value("note", "").starts_with(note)) continue;
        if (found != nullptr) *found = entry;
        return Observation{true, ""};
      }
      return Observation{false, read.exit_code == 0 ? list.dump(1) : read.err};
    });
  }
  static cluster::Kubectl kubectl() { return cluster::shared_control_plane().kubectl(); }
};

class GateUses : public GateTest, protected Looks {
 protected:
  void TearDown() override { run({"delete", "apikeys", "--all", "-n", "keys"}); }
  /// A Member of that name.
  void join(const std::string& name) {
    apply("{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {name: " + name +
          ", namespace: keys}, spec: {email: " + name + "@keys.example, role: Viewer, invitation: {delivery: None}}}");
    run({"wait", "member/" + name, "-n", "keys", "--for=condition=Ready", "--timeout=60s"});
  }
};

TEST_F(GateUses, AreSaidOfTheKeyAndOfItsOwner) {
  join("judy");
  static_cast<void>(token_of("unused", "Read"));
  const std::string token = token_of("agent", "Read", "neverExpires: true, owner: {name: judy}");
  ASSERT_EQ(status(token, kQuery), 200);
  EXPECT_TRUE(is_said_to_be_used("agent"));
  const std::string last_used = key("agent")["status"]["lastUsedAt"];
  EXPECT_TRUE(eventually("the Member is said to be active", [&] {
    const json member = kubectl_.get({"member", "judy", "-n", "keys"});
    const json& said = member["status"];
    return Observation{said.value("lastAction", "") == "used ApiKey agent" &&
                           said.value("lastActiveAt", "") == last_used &&
                           said.value("authMethods", json::array()) == json::array({"ApiKey"}),
                       said.dump(1)};
  }));
  EXPECT_FALSE(key("unused")["status"].contains("lastUsedAt")) << "it was refused";
  EXPECT_EQ(text(key("agent"), "/status/phase"), "Active");
  EXPECT_EQ(status(token, kQuery), 200) << "the status of the key is whole";
}

TEST_F(GateUses, ThatAreRefusedStandInTheLog) {
  join("nina");
  const std::string token = token_of("gone", "Read", "neverExpires: true, owner: {name: nina}");
  EXPECT_TRUE(comes_to_hold("ApiKeyRefused", "ApiKey/gone", "the path is not one that API keys open"));
  for (int times = 0; times < 3; ++times)
    EXPECT_EQ(status(token, kWrite), 403);
  json entry;
  ASSERT_TRUE(comes_to_hold("ApiKeyRefused", "ApiKey/gone", "the API key may not do that", &entry));
  EXPECT_EQ(entry["outcome"], "Refused");
  EXPECT_EQ(entry["source"], "Gate");
  EXPECT_EQ(entry["actor"],
            json::parse(R"({"user": "apikey:keys:gone", "credential": "ApiKey", "email": "nina@keys.example"})"));
  EXPECT_EQ(entry["object"]["uid"], key("gone")["metadata"]["uid"]);
  // Not revoked: that is said only until the token is withdrawn, which may be before anybody asks.
  patch("member", "nina", R"({"spec":{"state":"Inactive"}})");
  EXPECT_TRUE(answers(token, kQuery, 401));
  EXPECT_TRUE(comes_to_hold("ApiKeyRefused", "ApiKey/gone", "the API key is suspended, or its owner"));
  EXPECT_THAT(kubectl_({"describe", "apikey", "gone", "-n", "keys"}).out, HasSubstr("the API key is suspended"));
  EXPECT_EQ(ask("", kQuery).status, 401);
  EXPECT_EQ(ask("gld_wrong", kQuery).status, 401);
  EXPECT_TRUE(comes_to_hold("OrganizationKeyRefused", "Organization/keys", "that is no API key, or it was mistyped"));
  EXPECT_THAT(kubectl_({"get", "events", "-A", "-o", "json"}).out, Not(HasSubstr(token)));
}

TEST_F(GateUses, OfAKeyThatIsGoneAreNotBelieved) {
  static_cast<void>(token_of("standing", "Read"));
  const auto refusals = [](const std::string& uid, const std::string& outcome) {
    return json{
        {"organization", "keys"},
        {"key", {{"namespace", "keys"}, {"name", "standing"}, {"uid", uid}}},
        {"outcome", outcome},
        {"lastAt", core::format_timestamp(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()))}};
  };
  const std::string uid = key("standing")["metadata"]["uid"];
  const json report = {
      {"apiVersion", "records.guildhall.dev/v1alpha1"},
      {"kind", "UseReport"},
      {"metadata", {{"name", "forged-1"}}},
      {"spec", {{"refusals", json::array({refusals("gone", "OtherTenant"), refusals(uid, "ClosedPath")})}}}};
  const auto sent =
      kubectl_({"create", "--raw", "/apis/records.guildhall.dev/v1alpha1/usereports", "-f", "-"}, report.dump());
  ASSERT_EQ(sent.exit_code, 0) << sent.err;
  EXPECT_TRUE(comes_to_hold("ApiKeyRefused", "ApiKey/standing", "the path is closed to API keys"));
  EXPECT_THAT(kubectl_({"get", "auditentries", "-n", "keys", "-o", "json"}).out,
              Not(HasSubstr("the path is another tenant's")));
}

/// The gate alone, which reports through the API server.
class GateProcessUses : public GateProcessTest, protected Looks {
 protected:
  void TearDown() override {
    GateProcessTest::TearDown();
    run({"delete", "apikeys", "--all", "-n", "keys"});
  }
  [[nodiscard]] AssertionResult waits_for(const std::string& series, double least) const {
    return eventually(series, [&] {
      const auto value = gate_->metric(series);
      return Observation{value.value_or(0) >= least, std::to_string(value.value_or(-1))};
    });
  }
};

TEST_F(GateProcessUses, AreKeptUntilAnOperatorTakesThem) {
  const std::string token = token_of("distant", "Read");
  ASSERT_TRUE(answers(token, kQuery, 200));
  EXPECT_TRUE(is_said_to_be_used("distant"));
  const std::string patient = token_of("patient", "Read");
  ASSERT_TRUE(answers(patient, "/nothing", 403));
  kill_operator();
  EXPECT_EQ(status(patient, kQuery), 200);
  EXPECT_EQ(status(patient, kWrite), 403);
  EXPECT_TRUE(waits_for(R"(guildhall_gate_reports_total{outcome="failed"})", 1));
  EXPECT_TRUE(waits_for("guildhall_gate_uses_waiting", 2));
  start_operator();
  EXPECT_TRUE(is_said_to_be_used("patient"));
  EXPECT_TRUE(comes_to_hold("ApiKeyRefused", "ApiKey/patient", "the API key may not do that"));
}

TEST_F(GateProcessUses, AreToldWhenTheGateEnds) {
  const std::string token = token_of("late", "Read");
  ASSERT_TRUE(answers(token, kQuery, 200));
  gate_->signal(SIGTERM);
  EXPECT_EQ(gate_->wait(std::chrono::seconds(10)), 0);
  EXPECT_TRUE(is_said_to_be_used("late"));
}

TEST_F(GateProcessUses, AreLinesOfTheAccessLogWhenThatIsAskedFor) {
  const std::string token = token_of("logged", "Read");
  EXPECT_THAT(gate_->log(), Not(HasSubstr("GateRequest"))) << "off by default";
  start_gate({"--gate-access-log=true"});
  ASSERT_TRUE(answers(token, "/api/v1/query?query=secret", 200));
  EXPECT_TRUE(eventually("the line is there", [&] {
    const std::string log = gate_->log();
    return Observation{
        log.find(
            R"("path":"/api/v1/query","outcome":"Allowed","status":200,"key":{"namespace":"keys","name":"logged"}})"
            "\n") != std::string::npos,
        log};
  }));
  ASSERT_EQ(status(token, "/api/v1/series"), 200);
  gate_->signal(SIGTERM);
  EXPECT_EQ(gate_->wait(std::chrono::seconds(10)), 0);
  EXPECT_THAT(gate_->log(), HasSubstr(R"("path":"/api/v1/series","outcome":"Allowed")")) << "the last as well";
  EXPECT_THAT(gate_->log(), Not(HasSubstr("secret")));
  EXPECT_THAT(gate_->log(), Not(HasSubstr("gld_")));
}

TEST_F(GateProcessUses, AreReportedByNobodyElse) {
  const auto may = [](const std::string& user) {
    return kubectl()({"auth", "can-i", "create", "usereports.records.guildhall.dev", "--as", user}).out;
  };
  EXPECT_EQ(may("system:serviceaccount:guildhall-system:guildhall-gate"), "yes\n");
  EXPECT_EQ(may("jane@keys.example"), "no\n");
  EXPECT_EQ(may("system:serviceaccount:keys:default"), "no\n");
}

}  // namespace
}  // namespace guildhall::tests
