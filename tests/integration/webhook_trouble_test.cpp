// What happens when a webhook is slow, shows a certificate that nobody trusts, or is not asked at all; and that a
// rotation of the authority troubles nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "operator/admission/certificate_plan.hpp"
#include "operator/api/member.hpp"
#include "operator/crypto/certificates.hpp"
#include "operator/kube/base64.hpp"
#include "tests/integration/kube_client_fixture.hpp"
#include "tests/integration/member_fixture.hpp"

namespace guildhall::tests {
namespace {

using admission::CertificateStep;
using admission::ServingCertificates;
using cluster::eventually;
using cluster::Observation;
using cluster::Output;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kHomeAdmins = "guildhall:guildhall-organization-admin";
constexpr const char* kNotCalled = "failed calling webhook \"invariants.guildhall.dev\"";

class WebhookTrouble : public MemberFixture {
 protected:
  static core::Timestamp now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }
  /// ada gives another role.
  static Output give(const std::string& organization, const std::string& name, const std::string& role) {
    return member_user(organization, "ada")(
        {"patch", "member", name, "-n", organization, "--type=merge", "-p", R"({"spec":{"role":")" + role + R"("}})"});
  }
  static Output make_key(const std::string& organization) {
    return member_user(organization, "ada")(
        {"create", "-f", "-"},
        fmt::format("{{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {{name: k, namespace: {}}}, spec: "
                    "{{displayName: K, neverExpires: true, permissions: Read, deployments: {{all: true}}}}}}",
                    organization));
  }
  [[nodiscard]] std::string trusted() const {
    return text(kubectl_.get({"validatingwebhookconfiguration", "guildhall"}), "/webhooks/0/clientConfig/caBundle");
  }
  /// The leader looks at the configurations now, not only after its minute. Two looks in one second are two changes.
  void have_it_looked_after() const {
    run({"annotate", "--overwrite", "secret", "guildhall-serving-certificates", "-n", "guildhall-system",
         "example.com/look=" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count())});
  }
  [[nodiscard]] static testing::AssertionResult readyz_says(const std::string& wanted) {
    return eventually("/readyz says " + wanted, [&] {
      const auto answer = cluster::http_get(operator_->metrics_port(), "/readyz?verbose");
      return Observation{answer.body.contains(wanted), answer.body};
    });
  }
  /// The webhook is asked, and answers.
  [[nodiscard]] static testing::AssertionResult answers(const std::string& organization) {
    return eventually("the last Admin is refused", [&] {
      const auto output =
          member_user(organization, "ada")({"delete", "member", "ada", "-n", organization, "--dry-run=server"});
      return Observation{output.err.contains("the last active Admin"), output.err};
    });
  }
};

TEST_F(WebhookTrouble, SlowKeepsAdminsAndLetsAllElseGoOn) {
  found("slow", {"ada", "bob"});
  operator_->signal(SIGSTOP);
  const auto demoted = give("slow", "bob", "Editor");
  const auto made = make_key("slow");
  operator_->signal(SIGCONT);
  EXPECT_THAT(demoted.err, AllOf(HasSubstr(kNotCalled), HasSubstr("context deadline exceeded")));
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(text(kubectl_.get({"apikey", "k", "-n", "slow"}), "/metadata/annotations/guildhall.dev~1changes"), "")
      << "nobody noted it";
  EXPECT_EQ(give("slow", "bob", "Editor").exit_code, 0) << "once it answers again";
}

TEST_F(WebhookTrouble, WithACertificateOfAnotherAuthorityIsNotBelieved) {
  found("strange", {"ada"});
  const auto other = crypto::make_authority("other", now() - std::chrono::hours{1}, now() + std::chrono::hours{1});
  ASSERT_TRUE(other) << failure_of(other);
  run({"patch", "validatingwebhookconfiguration", "guildhall", "--type=json", "-p",
       R"([{"op":"replace","path":"/webhooks/0/clientConfig/caBundle","value":")" +
           kube::encode_base64(other->certificate_pem) + R"("}])"});
  ASSERT_TRUE(eventually("the API server has heard of it", [&] {
    const auto output = give("strange", "ada", "Editor");
    return Observation{output.err.contains("certificate signed by unknown authority"), output.err};
  }));
  EXPECT_THAT(give("strange", "ada", "Editor").err, HasSubstr(kNotCalled));
  EXPECT_EQ(make_key("strange").exit_code, 0);
  have_it_looked_after();
  EXPECT_TRUE(answers("strange")) << "the operator puts its own authority back, at the latest after a minute";
  EXPECT_THAT(operator_->log(), HasSubstr("another changed the configuration of the webhooks"));
}

TEST_F(WebhookTrouble, ByADeletedConfigurationIsNamedByReadyz) {
  run({"delete", "mutatingwebhookconfiguration", "guildhall"});
  have_it_looked_after();
  EXPECT_TRUE(
      readyz_says("[-]webhooks failed: MutatingWebhookConfiguration guildhall: is missing; apply "
                  "charts/guildhall/files/webhooks.yaml\n"));
  static_cast<void>(cluster::install_guildhall(cluster::shared_control_plane()));
  EXPECT_TRUE(readyz_says("[+]webhooks ok\n"));
}

/// Written by hand; what stands is taken by all replicas.
class CertificatesByHand : public WebhookTrouble {
 protected:
  static ServingCertificates take(CertificateStep step, const ServingCertificates& standing, core::Timestamp at) {
    auto next = admission::take_step(step, standing, {"guildhall-operator.guildhall-system.svc", "127.0.0.1"}, at);
    if (!next) throw std::runtime_error(next.error().describe());
    return std::move(*next);
  }
  void put(const ServingCertificates& content) const {
    const json patch = {{"data",
                         {{"ca.crt", kube::encode_base64(content.authorities)},
                          {"ca.key", kube::encode_base64(content.authority_key.reveal())},
                          {"tls.crt", kube::encode_base64(content.certificate)},
                          {"tls.key", kube::encode_base64(content.key.reveal())}}}};
    run({"patch", "secret", "guildhall-serving-certificates", "-n", "guildhall-system", "--type=merge", "-p",
         patch.dump()});
  }
  /// An entry of the Secret, as it stands.
  [[nodiscard]] std::string standing(const char* entry) const {
    const json secret = kubectl_.get({"secret", "guildhall-serving-certificates", "-n", "guildhall-system"});
    return kube::decode_base64(secret.at("data").at(entry).get<std::string>()).value_or("");
  }
};

TEST_F(CertificatesByHand, ThatHaveEndedAreRenewedAtOnce) {
  found("ended", {"ada"});
  const ServingCertificates ended = take(CertificateStep::MakeAll, {}, now() - std::chrono::days{366});
  put(ended);
  EXPECT_TRUE(answers("ended"));
  EXPECT_NE(standing("tls.crt"), ended.certificate);
  EXPECT_EQ(standing("ca.crt"), ended.authorities);
}

TEST_F(CertificatesByHand, OfAnotherAuthorityAreTrustedWhereverTheyStand) {
  found("moved", {"ada"});
  const ServingCertificates other = take(CertificateStep::MakeAll, {}, now());
  put(other);
  EXPECT_TRUE(answers("moved"));
  EXPECT_EQ(standing("tls.crt"), other.certificate);
  EXPECT_EQ(trusted(), kube::encode_base64(other.authorities));
}

/// Demotes and promotes bob again and again, each time through both webhooks.
class Busybody {
 public:
  Busybody(const std::string& organization, const cluster::Kubectl& admin)
      : client_(client_of(admin.kubeconfig())), thread_([this, organization](const std::stop_token& stop) {
          while (!stop.stop_requested() && refused_.empty()) {
            give(organization, "Editor");
            give(organization, "Admin");
          }
        }) {}

  [[nodiscard]] int rounds() const { return rounds_; }
  [[nodiscard]] std::string stop() {
    thread_.request_stop();
    thread_.join();
    return refused_;
  }

 private:
  void give(const std::string& organization, const char* role) {
    const auto given = client_->merge_patch(api::member_type(), {organization, "bob"}, {{"spec", {{"role", role}}}});
    if (!given) {
      refused_ += given.error().describe() + "\n";
      return;
    }
    const json noted = json::parse(text(*given, "/metadata/annotations/guildhall.dev~1changes"), nullptr, false);
    const bool is_noted = noted.is_object() && noted["entries"].back()["new"] == "\"" + std::string(role) + "\"";
    if (!is_noted) refused_ += "a change was not noted\n";
    ++rounds_;
  }

  std::unique_ptr<kube::Client> client_;
  std::atomic<int> rounds_ = 0;
  std::string refused_;
  std::jthread thread_;
};

/// An authority that is to be replaced stands from the start. Two replicas.
class AuthorityRotation : public CertificatesByHand {
 protected:
  static void SetUpTestSuite() {
    launch_operator({"--leader-elect=true"});
    operator_->wait_ready();
  }
  static void TearDownTestSuite() {
    second_.reset();
    operator_.reset();
  }
  void start_again() const {
    launch_operator({"--leader-elect=true"});
    operator_->wait_ready();
    second_port_ = cluster::free_port();
    auto& control_plane = cluster::shared_control_plane();
    second_ = std::make_unique<cluster::OperatorProcess>(
        cluster::OperatorOptions{.kubeconfig = cluster::install_guildhall(control_plane),
                                 .log = control_plane.directory() / "second.log",
                                 .flags = {"--leader-elect=true"},
                                 .serve_port = second_port_});
  }
  /// Whether who trusts only that authority is served there.
  [[nodiscard]] static testing::AssertionResult is_served(std::uint16_t port, const std::string& authority) {
    return eventually(fmt::format("port {} serves by that authority", port), [&] {
      kube::ClusterConfig config;
      config.server = fmt::format("https://127.0.0.1:{}", port);
      config.ca.text = core::SecretText(authority);
      const auto client = connect(std::move(config));
      const auto answer = (*client)->get(api::member_type(), {"none", "none"});
      return Observation{kind_of(answer) == "Unauthorized",
                         failure_of(answer)};  // the records API believes nobody else
    });
  }

  static inline std::uint16_t second_port_ = 0;
  static inline std::unique_ptr<cluster::OperatorProcess> second_;
};

TEST_F(AuthorityRotation, GoesByStagesAndRefusesNoRequest) {
  found("rotated", {"ada", "bob"});
  kill_operator();
  const auto old = take(CertificateStep::MakeAll, {}, now() - std::chrono::days{3650 - 729});
  put(take(CertificateStep::IssueCertificate, old, now()));
  start_again();
  const std::string old_certificate = standing("tls.crt");
  ASSERT_TRUE(eventually("both authorities are trusted", [&] {
    const std::string both = standing("ca.crt");
    return Observation{both != old.authorities && trusted() == kube::encode_base64(both), both};
  }));
  EXPECT_EQ(standing("tls.crt"), old_certificate) << "not before callers trust the new one";
  Busybody busybody("rotated", member_user("rotated", "ada"));
  ASSERT_TRUE(eventually(
      "the new authority has issued a certificate",
      [&] { return Observation{standing("tls.crt") != old_certificate, ""}; }, std::chrono::seconds{180}));
  const std::string newest = standing("ca.crt").substr(0, standing("ca.crt").find("-----END CERTIFICATE-----") + 26);
  EXPECT_TRUE(is_served(serve_port(), newest));
  EXPECT_TRUE(is_served(second_port_, newest)) << "the other replica serves with it too";
  const int rounds = busybody.rounds();
  EXPECT_TRUE(eventually("the webhook is asked afterwards", [&] {
    return Observation{busybody.rounds() > rounds + 20, std::to_string(busybody.rounds())};
  }));
  EXPECT_EQ(busybody.stop(), "");
}

/// Nobody asks the webhook: its configuration is gone.
class SecondLine : public WebhookTrouble {
 protected:
  void have_nobody_asked() const { run({"delete", "validatingwebhookconfiguration", "guildhall"}); }
  void have_it_asked(const std::string& organization) const {
    static_cast<void>(cluster::install_guildhall(cluster::shared_control_plane()));
    have_it_looked_after();
    EXPECT_TRUE(answers(organization));
  }
};

TEST_F(SecondLine, LeavesTheLastAdminItsRightsAndSaysSo) {
  found("bypassed", {"ada"});
  have_nobody_asked();
  ASSERT_TRUE(eventually("nobody is asked", [&] {
    const auto output = give("bypassed", "ada", "Editor");
    return Observation{output.exit_code == 0, output.err};
  }));
  EXPECT_TRUE(becomes({"organization", "bypassed"}, "AdminPresent", "False/LastAdmin"));
  EXPECT_TRUE(becomes({"organization", "bypassed"}, "Ready", "False/LastAdmin"));
  EXPECT_EQ(bound("bypassed", kHomeAdmins), "ada@bypassed.example");
  EXPECT_TRUE(eventually("it is told", [&] {
    const auto events = kubectl_({"get", "events", "-A", "-o", "jsonpath={.items[*].reason}"});
    return Observation{events.out.contains("OrganizationLastAdminLost"), events.out};
  }));
  EXPECT_EQ(give("bypassed", "ada", "Admin").exit_code, 0) << "ada mends it herself";
  EXPECT_TRUE(becomes({"organization", "bypassed"}, "AdminPresent", "True/AdminActive"));
  EXPECT_TRUE(becomes({"organization", "bypassed"}, "Ready", "True/Active"));
  have_it_asked("bypassed");
}

TEST_F(SecondLine, KeepsNothingOfWhatManageTook) {
  found("relieved", {"ada"});
  edit("relieved", "ada", R"({"role":"Editor"})");
  EXPECT_TRUE(becomes({"organization", "relieved"}, "AdminPresent", "False/NoActiveAdmin"));
  EXPECT_TRUE(becomes_bound("relieved", kHomeAdmins, "-"));
  EXPECT_TRUE(becomes({"organization", "relieved"}, "Ready", "True/Active"));
}

TEST_F(SecondLine, KeepsNothingOfWhoLeft) {
  found("left", {"ada"});
  have_nobody_asked();
  ASSERT_TRUE(eventually("nobody is asked", [&] {
    const auto output = member_user("left", "ada")({"delete", "member", "ada", "-n", "left", "--wait=false"});
    return Observation{output.exit_code == 0, output.err};
  }));
  EXPECT_TRUE(becomes({"organization", "left"}, "Ready", "False/LastAdmin"));
  EXPECT_TRUE(becomes_bound("left", kHomeAdmins, "-"));
  apply_member("left", "bob", "role: Admin");
  EXPECT_TRUE(becomes({"organization", "left"}, "Ready", "True/Active")) << "somebody with manage made another";
  static_cast<void>(cluster::install_guildhall(cluster::shared_control_plane()));
}

}  // namespace
}  // namespace guildhall::tests
