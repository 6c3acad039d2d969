// What the webhooks do in the running operator: the last Admin stays, and each change is noted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "operator/api/member.hpp"
#include "tests/integration/kube_client_fixture.hpp"
#include "tests/integration/member_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using cluster::Output;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kDemote = R"({"spec":{"role":"Editor"}})";
constexpr const char* kDeactivate = R"({"spec":{"state":"Inactive"}})";

class LastAdminTest : public MemberFixture {
 protected:
  static Output patch(const cluster::Kubectl& user, const std::string& organization, const std::string& name,
                      const std::string& merge) {
    return user({"patch", "member", name, "-n", organization, "--type=merge", "-p", merge});
  }
  [[nodiscard]] json lease(const std::string& organization) const {
    return kubectl_.get({"lease", "guildhall-admins." + organization, "-n", "guildhall-system"});
  }
};

TEST_F(LastAdminTest, NeitherLeavesNorIsDemotedOrMadeInactiveOrLosesItsIdentity) {
  found("single", {"ada"});
  const auto& ada = member_user("single", "ada");
  const std::string refusal =
      "ada is the last active Admin of single: make another Member an Admin first, or ask somebody with the verb "
      "manage";
  EXPECT_THAT(ada({"delete", "member", "ada", "-n", "single"}).err, HasSubstr(refusal));
  EXPECT_THAT(ada({"delete", "member", "--all", "-n", "single"}).err, HasSubstr(refusal));
  for (const char* change :
       {kDemote, kDeactivate, R"({"spec":{"subjects":[{"kind":"ServiceAccount","name":"bot","namespace":"single"}]}})"})
    EXPECT_THAT(patch(ada, "single", "ada", change).err, HasSubstr(refusal)) << change;
  EXPECT_EQ(patch(ada, "single", "ada", R"({"spec":{"displayName":"Ada"}})").exit_code, 0);
  EXPECT_EQ(patch(ada, "single", "ada",
                  R"({"spec":{"subjects":[{"kind":"User","name":"ada@single.example"},
                                          {"kind":"ServiceAccount","name":"bot","namespace":"single"}]}})")
                .exit_code,
            0)
      << "one identity more";
}

TEST_F(LastAdminTest, GoesWhenAnotherStaysAndADryRunLeavesNoTrace) {
  found("couple", {"ada", "bob"});
  const auto& ada = member_user("couple", "ada");
  EXPECT_EQ(ada({"delete", "member", "ada", "-n", "couple", "--dry-run=server"}).exit_code, 0);
  EXPECT_EQ(patch(ada, "couple", "bob", kDemote).exit_code, 0);
  const json before = lease("couple");
  EXPECT_NE(ada({"delete", "member", "ada", "-n", "couple", "--dry-run=server"}).exit_code, 0);
  EXPECT_EQ(lease("couple"), before);
  EXPECT_EQ(text(before, "/metadata/ownerReferences/0/name"), "couple") << "it goes with the Organization";
}

TEST_F(LastAdminTest, OneThatIsNotInForceCountsForNothing) {
  found("pending", {"ada"});
  apply_member("pending", "kim", "role: Admin, invitation: {delivery: Email}");
  apply_member("pending", "owners", "role: Admin, subjects: [{kind: Group, name: owners}]");
  ASSERT_TRUE(becomes({"member", "owners", "-n", "pending"}, "Ready", "True/Active"));
  EXPECT_THAT(patch(member_user("pending", "ada"), "pending", "ada", kDemote).err, HasSubstr("the last active Admin"));
  EXPECT_EQ(patch(member_user("pending", "ada"), "pending", "kim", kDemote).exit_code, 0);
}

TEST_F(LastAdminTest, GoesByManageAndWithItsOrganizationOrItsHome) {
  found("managed", {"ada"});
  run({"patch", "member", "ada", "-n", "managed", "--type=merge", "-p", kDeactivate});
  found("leaving", {"ada"});
  run({"delete", "organization", "leaving", "--timeout=60s"});
  ASSERT_EQ(kubectl_({"create", "rolebinding", "ada", "-n", "leaving", "--clusterrole=guildhall-organization-admin",
                      "--user=ada@leaving.example"})
                .exit_code,
            0);
  EXPECT_EQ(member_user("leaving", "ada")({"delete", "member", "ada", "-n", "leaving"}).exit_code, 0);
  found("razed", {"ada", "bob"});
  run({"delete", "namespace", "razed", "--timeout=100s"});
}

// Of a controller manager that runs without --use-service-account-credentials; also while no operator answers.
TEST_F(LastAdminTest, GoesWithWhatControllersWithoutAccountsOfTheirOwnCollect) {
  found("collected", {"ada"});
  run({"create", "clusterrole", "collects", "--verb=get,delete", "--resource=members.guildhall.dev"});
  run({"create", "clusterrolebinding", "collects", "--clusterrole=collects", "--user=system:kube-controller-manager"});
  kill_operator();
  EXPECT_TRUE(eventually("it is deleted", [&] {
    const auto output = kubectl_({"delete", "member", "ada", "-n", "collected", "--wait=false", "--as",
                                  "system:kube-controller-manager", "--ignore-not-found"});
    return Observation{output.exit_code == 0, output.err};
  }));
  start_operator({"--leader-elect=false"});
}

TEST_F(LastAdminTest, StaysWhileNoOperatorAnswersAndAllElseGoesOn) {
  found("silent", {"ada", "bob"});
  kill_operator();
  const auto& ada = member_user("silent", "ada");
  EXPECT_THAT(patch(ada, "silent", "bob", kDemote).err,
              HasSubstr("failed calling webhook \"invariants.guildhall.dev\""));
  EXPECT_EQ(patch(ada, "silent", "bob", R"({"spec":{"displayName":"Bob"}})").exit_code, 0);
  EXPECT_EQ(ada({"create", "-f", "-"},
                "{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {name: new, namespace: silent}, spec: "
                "{email: new@silent.example, role: Viewer}}")
                .exit_code,
            0);
  const std::string home = text(kubectl_.get({"namespace", "silent"}), "/metadata/uid");
  run({"delete", "namespace", "silent", "--wait=false"});
  EXPECT_TRUE(eventually("no webhook holds its Members", [&] {
    const auto members = kubectl_({"get", "members", "-n", "silent", "-o", "name"});
    return Observation{members.exit_code == 0 && members.out.empty(), members.out + members.err};
  }));
  start_operator({"--leader-elect=false"});  // the namespace itself waits for the records API (docs/audit.md)
  EXPECT_TRUE(eventually(
      "the namespace is gone; its Organization makes another",
      [&] {
        const json now = kubectl_.get({"namespace", "silent"});
        return Observation{text(now, "/metadata/uid") != home, now.dump()};
      },
      std::chrono::seconds{150}));
}

class ChangesTest : public LastAdminTest {
 protected:
  [[nodiscard]] json entries(const std::string& organization, const std::string& name) const {
    const std::string annotation = text(member(organization, name), "/metadata/annotations/guildhall.dev~1changes");
    return annotation.empty() ? json::array() : json::parse(annotation)["entries"];
  }
};

TEST_F(ChangesTest, SayWhoChangedWhatAndHow) {
  found("noted", {"ada"});
  EXPECT_EQ(text(entries("noted", "ada"), "/0/new"), "created");
  apply_member("noted", "jane", "role: Viewer");
  EXPECT_EQ(patch(member_user("noted", "ada"), "noted", "jane", kDemote).exit_code, 0);
  const json noted = entries("noted", "jane");
  ASSERT_EQ(noted.size(), 2U) << noted;
  const json& last = noted.at(1);
  EXPECT_EQ(last["user"], "ada@noted.example");
  EXPECT_EQ(last["credential"], "ClientCertificate");
  EXPECT_EQ(last["field"], "spec.role");
  EXPECT_EQ(last["old"], "\"Viewer\"");
  EXPECT_EQ(last["new"], "\"Editor\"");
}

TEST_F(ChangesTest, CauseNoDrift) {
  found("steady", {"ada"});
  const std::string manifest =
      "{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {name: jane, namespace: steady}, spec: {email: "
      "jane@steady.example, role: Viewer, invitation: {delivery: None}}}";
  for (const bool server_side : {false, true}) {
    std::vector<std::string> apply{"apply", "-f", "-"};
    std::vector<std::string> diff{"diff", "-f", "-"};
    if (server_side) {
      for (auto* arguments : {&apply, &diff})
        arguments->insert(arguments->end(), {"--server-side", "--force-conflicts"});
    }
    ASSERT_EQ(kubectl_(apply, manifest).exit_code, 0);
    ASSERT_TRUE(becomes({"member", "jane", "-n", "steady"}, "Ready", "True/Active"));
    const json before = member("steady", "jane");
    EXPECT_EQ(kubectl_(apply, manifest).exit_code, 0);
    EXPECT_EQ(kubectl_(diff, manifest).exit_code, 0);
    EXPECT_EQ(member("steady", "jane")["metadata"]["resourceVersion"], before["metadata"]["resourceVersion"]);
  }
}

TEST_F(ChangesTest, CannotBeForged) {
  found("honest", {"ada"});
  const json before = entries("honest", "ada");
  const auto& ada = member_user("honest", "ada");
  EXPECT_EQ(ada({"annotate", "--overwrite", "member", "ada", "-n", "honest", "guildhall.dev/changes=forged"}).exit_code,
            0);
  EXPECT_EQ(entries("honest", "ada"), before);
  EXPECT_EQ(ada({"annotate", "member", "ada", "-n", "honest", "guildhall.dev/changes-"}).exit_code, 0);
  EXPECT_EQ(entries("honest", "ada"), before);
}

/// The API server's answer to a Member with so much that a review of it has some 2 MB.
TEST_F(ChangesTest, OfALargeMemberAreNotedToo) {
  found("large", {"ada", "bob"});
  json labels = json::object();
  for (int i = 0; i < 5'600; ++i)
    labels[fmt::format("l{:05}{}", i, std::string(34, 'x'))] = std::string(60, 'v');
  const auto& ada = member_user("large", "ada");
  json larger = {{"apiVersion", "guildhall.dev/v1alpha1"}, {"kind", "Member"}};
  larger["metadata"] = {{"name", "bob"}, {"namespace", "large"}, {"labels", labels}};
  larger["spec"] = member("large", "bob")["spec"];
  const auto grown = ada({"apply", "--server-side", "-f", "-"}, larger.dump());
  ASSERT_EQ(grown.exit_code, 0) << grown.err;
  const auto demoted = patch(ada, "large", "bob", kDemote);
  EXPECT_EQ(demoted.exit_code, 0) << demoted.err;
  EXPECT_EQ(entries("large", "bob").back()["field"], "spec.role");
  EXPECT_EQ(ada({"delete", "member", "bob", "-n", "large"}).exit_code, 0);
}

/// What anybody gets to be stored must not take the operator down, now or at its next start.
TEST_F(ChangesTest, ThatNestDeepDoNoHarm) {
  found("deep", {"ada"});
  kill_operator();
  const std::string nested = std::string(60'000, '[') + std::string(60'000, ']');
  const json member = {
      {"apiVersion", "guildhall.dev/v1alpha1"},
      {"kind", "Member"},
      {"metadata",
       {{"name", "boom"},
        {"namespace", "deep"},
        {"annotations",
         {{"guildhall.dev/changes", R"({"entries":[)" + nested + R"(],"previous":"","seal":"k1.0:0"})"},
          {"guildhall.dev/accepted", nested}}}}},
      {"spec", {{"email", "boom@deep.example"}, {"role", "Viewer"}}}};
  apply(member.dump());
  start_operator({"--leader-elect=false"});
  EXPECT_TRUE(becomes({"member", "boom", "-n", "deep"}, "Stalled", "True/NoMailServer"));
  EXPECT_TRUE(operator_->running());
}

TEST_F(ChangesTest, AreAskedForByTheApiServerAlone) {
  found("asked", {"ada"});
  const std::string path = path_of_webhook(kubectl_.get({"mutatingwebhookconfiguration", "guildhall"}));
  EXPECT_THAT(path, testing::MatchesRegex("/changes/k1[.][0-9a-f]+-[0-9a-f]+"));
}

TEST_F(ChangesTest, CertificatesThatGoAreMadeAnewWithoutARestart) {
  found("renewed", {"ada"});
  const auto bundle = [&] {
    return text(kubectl_.get({"validatingwebhookconfiguration", "guildhall"}), "/webhooks/0/clientConfig/caBundle");
  };
  const std::string before = bundle();
  run({"delete", "secret", "guildhall-serving-certificates", "-n", "guildhall-system"});
  EXPECT_TRUE(eventually("the API server trusts another authority", [&] {
    const std::string now = bundle();
    return Observation{!now.empty() && now != before, now};
  }));
  EXPECT_TRUE(eventually("the webhook answers", [&] {
    const auto output = patch(member_user("renewed", "ada"), "renewed", "ada", kDemote);
    return Observation{output.err.contains("the last active Admin"), output.err};
  }));
}

// Two replicas: each is asked about one of the two Admins.
class TwoReplicas : public LastAdminTest {
 protected:
  static void SetUpTestSuite() {
    launch_operator({"--leader-elect=true"});
    operator_->wait_ready();
    auto& control_plane = cluster::shared_control_plane();
    second_ = std::make_unique<cluster::OperatorProcess>(
        cluster::OperatorOptions{.kubeconfig = cluster::install_guildhall(control_plane),
                                 .log = control_plane.directory() / "second.log",
                                 .flags = {"--leader-elect=true"},
                                 .serve_port = second_port()});
  }
  static void TearDownTestSuite() {
    second_.reset();
    operator_.reset();
  }
  static std::uint16_t second_port() {
    static const std::uint16_t port = cluster::free_port();
    return port;
  }
  /// The second replica is asked about Members whose name begins with b, the first about all others. The leader puts
  /// the first's configuration back within a minute.
  void divide() const {
    json first = kubectl_.get({"validatingwebhookconfiguration", "guildhall"});
    if (first.dump().contains("not-b")) return;
    json second = {{"apiVersion", first["apiVersion"]},
                   {"kind", first["kind"]},
                   {"metadata", {{"name", "guildhall-second"}}},
                   {"webhooks", first["webhooks"]}};
    json& webhook = second["webhooks"][0];
    webhook["name"] = "second.guildhall.dev";
    webhook["clientConfig"]["url"] = fmt::format("https://127.0.0.1:{}{}", second_port(), path_of_webhook(first));
    webhook["matchConditions"].push_back({{"name", "b"}, {"expression", "oldObject.metadata.name.startsWith('b')"}});
    json& others = first["webhooks"][0];
    others["matchConditions"].push_back(
        {{"name", "not-b"}, {"expression", "!oldObject.metadata.name.startsWith('b')"}});
    const auto replaced = kubectl_({"replace", "-f", "-"}, first.dump());
    ASSERT_EQ(replaced.exit_code, 0) << replaced.err;
    const auto stands = kubectl_({"apply", "-f", "-"}, second.dump());
    ASSERT_EQ(stands.exit_code, 0) << stands.err;
  }

  static inline std::unique_ptr<cluster::OperatorProcess> second_;
};

/// The last two Admins, and for each somebody who removes him.
struct Rivals {
  std::array<std::string, 2> names;
  std::array<std::unique_ptr<kube::Client>, 2> users;

  void restore(kube::Client& root) const {
    for (const auto& name : names) {
      const auto restored =
          root.merge_patch(api::member_type(), {"rivals", name}, {{"spec", {{"role", "Admin"}, {"state", "Active"}}}});
      ASSERT_TRUE(restored) << restored.error().describe();
    }
  }
  /// What he was told who was refused; "" when it passed.
  [[nodiscard]] std::string remove(std::size_t which, const json& removal) const {
    const auto answer = users.at(which)->merge_patch(api::member_type(), {"rivals", names.at(which)}, removal);
    return answer ? "" : answer.error().describe();
  }
  /// At the same moment. What those who were refused were told.
  [[nodiscard]] std::vector<std::string> remove_both(const json& removal) const {
    std::string first;
    std::string second;
    {
      const std::jthread one([&] { first = remove(0, removal); });
      const std::jthread other([&] { second = remove(1, removal); });
    }
    std::vector<std::string> words{std::move(first), std::move(second)};
    std::erase(words, "");
    return words;
  }
};

TEST_F(TwoReplicas, NeverLetTheLastTwoAdminsGoAtTheSameMoment) {
  found("rivals", {"ada", "bob"});
  divide();
  // Neither of the two, so that it keeps its rights; and without manage.
  run({"create", "rolebinding", "max", "-n", "rivals", "--clusterrole=guildhall-organization-admin", "--user=max"});
  const auto root = client_of(kubectl_.kubeconfig());
  const Rivals rivals{.names = {"ada", "bob"},
                      .users = {client_of(as("max").kubeconfig()), client_of(as("max").kubeconfig())}};
  ASSERT_TRUE(eventually("the second replica answers", [&] {
    const auto output = patch(as("max"), "rivals", "bob", kDemote);
    return Observation{output.exit_code == 0, output.err};
  }));
  int passed = 0;
  std::string refusals;
  for (int round = 0; round < 200; ++round) {
    divide();
    rivals.restore(*root);
    const std::vector<std::string> words = rivals.remove_both(json::parse(round % 2 == 0 ? kDemote : kDeactivate));
    ASSERT_FALSE(words.empty()) << "both went in round " << round;
    passed += words.size() == 1 ? 1 : 0;
    refusals = words.front();
  }
  EXPECT_THAT(refusals, HasSubstr("active Admin of rivals"));
  EXPECT_GT(passed, 150) << "and one of the two mostly goes";
  EXPECT_GT(*second_->metric(
                R"(guildhall_admission_reviews_total{operation="UPDATE",result="allowed",webhook="invariants"})"),
            10);
}

}  // namespace
}  // namespace guildhall::tests
