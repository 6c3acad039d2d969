// What a Member last did, how it signed in, and when: from what users do through kubectl to its status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/core/timestamp.hpp"
#include "tests/integration/member_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

class ActivityTest : public MemberFixture {
 protected:
  void found(const std::string& organization) const {
    apply_organization(organization);
    apply_member(organization, "ada", "role: Admin");
    apply_member(organization, "jane", "role: Viewer");
    wait_ready(organization, {"ada", "jane"});
  }
  static std::string key(const std::string& organization, const std::string& name) {
    return fmt::format(
        "{{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {{name: {1}, namespace: {0}}}, spec: "
        "{{displayName: K, neverExpires: true, permissions: Read, deployments: {{all: true}}}}}}",
        organization, name);
  }
  static void make_key(const cluster::Kubectl& user, const std::string& organization, const std::string& name) {
    const auto made = user({"create", "-f", "-"}, key(organization, name));
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }
  [[nodiscard]] testing::AssertionResult comes_to_say(const std::string& organization, const std::string& name,
                                                      const std::string& action) const {
    return eventually(name + " " + action, [&] {
      const json object = member(organization, name);
      return Observation{text(object, "/status/lastAction") == action, object["status"].dump(1)};
    });
  }
  [[nodiscard]] std::string says(const std::string& organization, const std::string& name) const {
    return text(member(organization, name), "/status/lastAction");
  }
  static core::Timestamp now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }
  /// A change of the Member by the superuser has been taken up, and with it all that was known before.
  void look(const std::string& organization, const std::string& name) const {
    edit(organization, name, R"({"displayName":"Somebody else"})");
    ASSERT_TRUE(becomes({"member", name, "-n", organization}, "Ready", "True/Active"));
  }
};

TEST_F(ActivityTest, IsSaidOfTheMemberWhoseUserItWas) {
  found("busy");
  const std::string before = core::format_timestamp(now());
  make_key(member_user("busy", "ada"), "busy", "grafana");
  const std::string after = core::format_timestamp(now());
  ASSERT_TRUE(comes_to_say("busy", "ada", "created ApiKey grafana"));
  const json status = member("busy", "ada")["status"];
  EXPECT_EQ(status["authMethods"], json::array({"ClientCertificate"}));
  EXPECT_THAT(status["lastActiveAt"].get<std::string>(), AllOf(Ge(before), Le(after)));
  EXPECT_THAT(kubectl_({"get", "members", "-n", "busy", "-o", "wide"}).out, HasSubstr("created ApiKey grafana"));
  EXPECT_EQ(says("busy", "jane"), "") << "the superuser made her, and she did nothing";
}

TEST_F(ActivityTest, IsSaidAgainOnlyAfterAWhile) {
  found("eager");
  const auto& ada = member_user("eager", "ada");
  make_key(ada, "eager", "first");
  ASSERT_TRUE(comes_to_say("eager", "ada", "created ApiKey first"));
  make_key(ada, "eager", "second");
  look("eager", "ada");
  EXPECT_EQ(says("eager", "ada"), "created ApiKey first");
}

TEST_F(ActivityTest, IsNotWhatWasRefusedOrOnlyTried) {
  found("idle");
  const auto& ada = member_user("idle", "ada");
  EXPECT_EQ(ada({"create", "--dry-run=server", "-f", "-"}, key("idle", "tried")).exit_code, 0);
  EXPECT_NE(
      ada({"patch", "organization", "idle", "--type=merge", "-p", R"({"spec":{"deletionPolicy":"Delete"}})"}).exit_code,
      0);
  look("idle", "ada");
  EXPECT_EQ(says("idle", "ada"), "");
  EXPECT_EQ(
      ada({"patch", "organization", "idle", "--type=merge", "-p", R"({"spec":{"displayName":"Idle"}})"}).exit_code, 0);
  EXPECT_TRUE(comes_to_say("idle", "ada", "updated Organization idle"));
}

TEST_F(ActivityTest, IsOfServiceAccountsTooAndOfNoGroup) {
  found("robots");
  run({"create", "serviceaccount", "bot", "-n", "robots"});
  apply_member("robots", "robot", "role: Admin, subjects: [{kind: ServiceAccount, name: bot, namespace: robots}]");
  apply_member("robots", "team", "role: Admin, subjects: [{kind: Group, name: robots-team}]");
  wait_ready("robots", {"robot", "team"});
  const auto bot = cluster::shared_control_plane().serviceaccount("robots", "bot");
  make_key(bot, "robots", "by-token");
  ASSERT_TRUE(comes_to_say("robots", "robot", "created ApiKey by-token"));
  EXPECT_EQ(member("robots", "robot")["status"]["authMethods"], json::array({"ServiceAccountToken"}));
  make_key(cluster::shared_control_plane().user("tom", {"robots-team"}), "robots", "by-group");
  look("robots", "team");
  EXPECT_EQ(says("robots", "team"), "");
}

TEST_F(ActivityTest, NamesNoWayOfSigningInForWhoIsImpersonated) {
  found("masked");
  const auto made = kubectl_({"create", "-f", "-", "--as", "ada@masked.example"}, key("masked", "k"));
  ASSERT_EQ(made.exit_code, 0) << made.err;
  ASSERT_TRUE(comes_to_say("masked", "ada", "created ApiKey k"));
  EXPECT_FALSE(member("masked", "ada")["status"].contains("authMethods"));
}

TEST_F(ActivityTest, IsOfOneOrganizationEach) {
  found("here");
  found("there");
  const std::string email = "ada@here.example";
  apply(
      fmt::format("{{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {{name: guest, namespace: there}}, "
                  "spec: {{email: {}, role: Admin, invitation: {{delivery: None}}}}}}",
                  email));
  wait_ready("there", {"guest"});
  make_key(as(email), "there", "k");
  ASSERT_TRUE(comes_to_say("there", "guest", "created ApiKey k"));
  look("here", "ada");
  EXPECT_EQ(says("here", "ada"), "");
}

TEST_F(ActivityTest, IsNotLostWithTheOperator) {
  found("hasty");
  const auto& ada = member_user("hasty", "ada");
  make_key(ada, "hasty", "last");
  kill_operator();
  start_operator({"--leader-elect=false"});
  EXPECT_TRUE(comes_to_say("hasty", "ada", "created ApiKey last"));
}

/// Both run; what is asked goes to the second, which does not lead.
class ActivityOfReplicas : public ActivityTest {
 protected:
  static void SetUpTestSuite() {
    launch_operator({"--leader-elect=true"});
    operator_->wait_ready();
    auto& control_plane = cluster::shared_control_plane();
    second_port_ = cluster::free_port();
    second_ = std::make_unique<cluster::OperatorProcess>(
        cluster::OperatorOptions{.kubeconfig = cluster::install_guildhall(control_plane),
                                 .log = control_plane.directory() / "second.log",
                                 .flags = {"--leader-elect=true"},
                                 .serve_port = second_port_});
  }
  static void TearDownTestSuite() {
    second_.reset();
    operator_.reset();
  }
  void ask_the_second() const {
    const std::string path = path_of_webhook(kubectl_.get({"mutatingwebhookconfiguration", "guildhall"}));
    run({"patch", "mutatingwebhookconfiguration", "guildhall", "--type=json", "-p",
         fmt::format(
             R"([{{"op":"replace","path":"/webhooks/0/clientConfig/url","value":"https://127.0.0.1:{}{}"}},
                        {{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Fail"}}])",
             second_port_, path)});
  }

  static inline std::uint16_t second_port_ = 0;
  static inline std::unique_ptr<cluster::OperatorProcess> second_;
};

TEST_F(ActivityOfReplicas, ReachesTheLeaderThroughWhicheverAnswered) {
  found("relayed");
  const std::string reviews =
      R"(guildhall_admission_reviews_total{operation="CREATE",result="allowed",webhook="changes"})";
  ASSERT_TRUE(eventually("the second is asked", [&] {
    ask_the_second();
    const auto output = kubectl_({"create", "--dry-run=server", "-f", "-"}, key("relayed", "probe"));
    return Observation{second_->metric(reviews).value_or(0) > 0, output.err};
  }));
  make_key(member_user("relayed", "ada"), "relayed", "k");
  EXPECT_TRUE(comes_to_say("relayed", "ada", "created ApiKey k"));
}

}  // namespace
}  // namespace guildhall::tests
