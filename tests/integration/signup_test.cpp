// Sign-ups: somebody asks for an Organization of their own, as users do it with kubectl.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/integration/audit_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using cluster::Output;
using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

std::string signup(const std::string& organization, const std::string& email, const std::string& further = "") {
  return fmt::format(
      "{{apiVersion: records.guildhall.dev/v1alpha1, kind: Signup, spec: {{organization: {}, email: {}{}}}}}",
      organization, email, further);
}

class SignupTest : public AuditFixture {
 protected:
  static void SetUpTestSuite() {
    AuditFixture::SetUpTestSuite();
    const auto kubectl = cluster::shared_control_plane().kubectl();
    const auto bound = kubectl.apply(
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: customers}, roleRef: "
        "{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: guildhall-signup}, subjects: [{apiGroup: "
        "rbac.authorization.k8s.io, kind: Group, name: customers}]}");
    ASSERT_EQ(bound.exit_code, 0) << bound.err;
  }
  /// kubectl as somebody who may sign up.
  static cluster::Kubectl customer(const std::string& user) {
    return cluster::shared_control_plane().user(user, {"customers"});
  }
  static Output sign_up(const std::string& user, const std::string& manifest,
                        const std::vector<std::string>& flags = {}) {
    std::vector<std::string> arguments{"create", "-f", "-"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return customer(user)(arguments, manifest);
  }
  /// Signs the user up for so many Organizations at the same moment: "many0", "many1", …
  static std::vector<Output> at_once(std::size_t number, const std::string& name, const std::string& user) {
    const cluster::Kubectl as_user = customer(user);
    std::vector<Output> answers(number);
    std::vector<std::jthread> threads;
    threads.reserve(number);
    for (std::size_t i = 0; i < number; ++i) {
      threads.emplace_back(
          [&, i] { answers[i] = as_user({"create", "-f", "-"}, signup(fmt::format("{}{}", name, i), user)); });
    }
    for (std::jthread& thread : threads)
      thread.join();
    return answers;
  }
  [[nodiscard]] bool exists(const std::string& organization) const {
    return !kubectl_.get({"organization", organization}).is_null();
  }
};

TEST_F(SignupTest, MakesAnOrganizationWithItsHomeAndAnAdmin) {
  const auto made = sign_up("ada@newco.example", signup("newco", "ada@newco.example", ", displayName: New Company"));
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.out, "signup.records.guildhall.dev/newco created\n");
  wait_ready("newco", {"ada"});
  const json organization = kubectl_.get({"organization", "newco"});
  EXPECT_EQ(text(organization, "/spec/displayName"), "New Company");
  EXPECT_EQ(text(organization, "/metadata/annotations/guildhall.dev~1enrolled-by"),
            text(member("newco", "ada"), "/metadata/uid"));
  EXPECT_EQ(text(kubectl_.get({"namespace", "newco"}), "/metadata/labels/pod-security.kubernetes.io~1enforce"),
            "baseline");
  const auto& ada = member_user("newco", "ada");
  EXPECT_TRUE(may(ada, "create", "apikeys.guildhall.dev", "newco"));
  ASSERT_TRUE(comes_to_hold("newco", "MemberAccepted Member/ada guildhall"));
  EXPECT_THAT(log("newco").front(), StartsWith("OrganizationSignedUp Organization/newco ada@newco.example spec."));
  EXPECT_THAT(log("newco").front(), HasSubstr(" spec.displayName:>New Company "));
  const json entry = kubectl_.get({"auditentries", "-n", "newco", "--field-selector=action=OrganizationSignedUp"});
  EXPECT_EQ(text(entry, "/items/0/actor/credential"), "ClientCertificate");
  EXPECT_THAT(fmt::format("{}", fmt::join(log("newco"), "\n")), testing::Not(HasSubstr("Unattended")));
}

TEST_F(SignupTest, AnswersWhatWasMade) {
  const auto made = sign_up("kim.lee+x@formed.example", signup("formed", "kim.lee+x@formed.example"), {"-o", "json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const json answer = json::parse(made.out);
  EXPECT_EQ(text(answer, "/status/namespace"), "formed");
  EXPECT_EQ(text(answer, "/status/member"), "kim.lee-x");
  EXPECT_EQ(text(answer, "/spec/displayName"), "formed");
  wait_ready("formed", {"kim.lee-x"});
}

TEST_F(SignupTest, GoesAsTheDocsSay) {
  const auto docs = cluster::source_directory() / "docs/signup";
  run({"apply", "-f", docs / "team.yaml"});
  const auto made = cluster::shared_control_plane().user("lin@initech.example",
                                                         {"acme-sso-users"})({"create", "-f", docs / "signup.yaml"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  wait_ready("initech", {"lin"});
}

struct Refusal {
  std::string name;
  std::string organization;
  std::string email;
  std::string further;
  std::string says;
};

TEST_F(SignupTest, SaysWhatIsWrong) {
  found("standing", {"ada"});
  run({"create", "namespace", "occupied"});
  apply_organization("holder", "namespaces: [promised]");
  const Refusal refusals[] = {
      {"another's e-mail address", "fresh", "bob@acme.example", "", "spec.email bob@acme.example is of bob@"},
      {"an Organization's name", "standing", "eve@acme.example", "", "the name standing is taken"},
      {"a namespace's name", "occupied", "eve@acme.example", "", "the name occupied is taken"},
      {"a name that another lists", "promised", "eve@acme.example", "", "the name promised is taken"},
      {"a protected name", "kube-fresh", "eve@acme.example", "", "the namespace is protected"},
      {"the operator's own", "guildhall-system", "eve@acme.example", "", "the namespace is protected"},
      {"no name", "Fresh_", "eve@acme.example", "", "spec.organization: Invalid value"},
      {"no e-mail address", "fresh", "eve", "", "spec.email: Invalid value"},
      {"a long display name", "fresh", "eve@acme.example", ", displayName: " + std::string(65, 'x'),
       "spec.displayName: Invalid value"},
      {"an unknown field", "fresh", "eve@acme.example", ", plan: gold", "unknown field \"spec.plan\""},
  };
  for (const Refusal& refusal : refusals) {
    const auto refused = sign_up("eve@acme.example", signup(refusal.organization, refusal.email, refusal.further));
    EXPECT_NE(refused.exit_code, 0) << refusal.name;
    EXPECT_THAT(refused.err, HasSubstr(refusal.says)) << refusal.name;
  }
  EXPECT_FALSE(exists("fresh"));
}

TEST_F(SignupTest, IsForThoseWhomRbacLets) {
  const auto refused = as("mallory@acme.example")({"create", "-f", "-"}, signup("mallory", "mallory@acme.example"));
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, HasSubstr("cannot create resource \"signups\" in API group \"records.guildhall.dev\""));
  EXPECT_FALSE(exists("mallory"));
}

TEST_F(SignupTest, IsCheckedByADryRunAndNotMade) {
  const auto tried = sign_up("dee@dry.example", signup("dry", "dee@dry.example"), {"--dry-run=server"});
  EXPECT_EQ(tried.exit_code, 0) << tried.err;
  EXPECT_FALSE(exists("dry"));
  const auto refused = sign_up("dee@dry.example", signup("default", "dee@dry.example"), {"--dry-run=server"});
  EXPECT_THAT(refused.err, HasSubstr("the namespace is protected"));
  EXPECT_EQ(sign_up("dee@dry.example", signup("dry", "dee@dry.example")).exit_code, 0) << "it did not count";
}

TEST_F(SignupTest, IsAllowedOnceHoweverManyAreAskedForAtOnce) {
  const std::vector<Output> answers = at_once(6, "many", "max@many.example");
  const auto made = std::ranges::count(answers, 0, &Output::exit_code);
  EXPECT_EQ(made, 1);
  for (const Output& answer : answers) {
    if (answer.exit_code == 0) continue;
    EXPECT_THAT(answer.err, HasSubstr("you have signed up for 1 Organization already"));
  }
}

TEST_F(SignupTest, TellsWhoAsksAgainThatItIsTheirs) {
  ASSERT_EQ(sign_up("sam@again.example", signup("again", "sam@again.example")).exit_code, 0);
  EXPECT_THAT(sign_up("sam@again.example", signup("again", "sam@again.example")).err,
              HasSubstr("you have signed up for again already"));
  EXPECT_THAT(sign_up("tom@again.example", signup("again", "tom@again.example")).err,
              HasSubstr("the name again is taken"));
}

TEST_F(SignupTest, OutlivesTheOperatorThatTookIt) {
  ASSERT_EQ(sign_up("lou@abandoned.example", signup("abandoned", "lou@abandoned.example")).exit_code, 0);
  kill_operator();
  start_operator({"--leader-elect=false"});
  wait_ready("abandoned", {"lou"});
}

TEST_F(SignupTest, MakesNobodyAMemberTwice) {
  ASSERT_EQ(sign_up("ann@parted.example", signup("parted", "ann@parted.example")).exit_code, 0);
  wait_ready("parted", {"ann"});
  apply_member("parted", "ben", "role: Admin");
  wait_ready("parted", {"ben"});
  ASSERT_EQ(member_user("parted", "ann")({"delete", "member", "ann", "-n", "parted"}).exit_code, 0);
  kill_operator();
  start_operator({"--leader-elect=false"});
  run({"annotate", "organization", "parted", "guildhall.dev/reconcile-at=now"});
  ASSERT_TRUE(eventually("it is told that she left", [&] {
    return Observation{lines_of("parted", "MemberLeft Member/ann ann@parted.example").size() == 1, ""};
  }));
  wait_ready("parted", {"ben"});
  EXPECT_TRUE(member("parted", "ann").is_null());
}

TEST_F(SignupTest, AsksForTheDomainsAndTheNumberThatThePlatformSays) {
  start_operator({"--leader-elect=false", "--signup-email-domains=trusted.example", "--signup-max-per-user=2"});
  EXPECT_THAT(sign_up("joe@other.example", signup("foreign", "joe@other.example")).err,
              HasSubstr("the platform takes sign-ups from these domains only: trusted.example"));
  EXPECT_EQ(sign_up("joe@trusted.example", signup("first", "joe@trusted.example")).exit_code, 0);
  EXPECT_EQ(sign_up("joe@trusted.example", signup("second", "joe@trusted.example")).exit_code, 0);
  EXPECT_THAT(sign_up("joe@trusted.example", signup("third", "joe@trusted.example")).err,
              HasSubstr("you have signed up for 2 Organizations already"));
  start_operator({"--leader-elect=false"});
}

}  // namespace
}  // namespace guildhall::tests
