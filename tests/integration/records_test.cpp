// records.guildhall.dev as its readers meet it: who may read, through kubectl and past it, and what goes on while
// nobody serves it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/integration/audit_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using cluster::Output;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kApiService = "v1alpha1.records.guildhall.dev";

class RecordsTest : public AuditFixture {
 protected:
  /// ada an Admin, ed an Editor, vi a Viewer; ada has made ed an Editor.
  void prepare(const std::string& organization) const {
    apply_organization(organization);
    apply_member(organization, "ada", "role: Admin");
    apply_member(organization, "ed", "role: Viewer");
    apply_member(organization, "vi", "role: Viewer");
    wait_ready(organization, {"ada", "ed", "vi"});
    const auto changed = member_user(organization, "ada")(
        {"patch", "member", "ed", "-n", organization, "--type=merge", "-p", R"({"spec":{"role":"Editor"}})"});
    ASSERT_EQ(changed.exit_code, 0) << changed.err;
    ASSERT_TRUE(comes_to_hold(organization, fmt::format("MemberRoleChanged Member/ed ada@{}.example "
                                                        "spec.role:Viewer>Editor",
                                                        organization)));
    ASSERT_TRUE(
        comes_to(member_user(organization, "ed"), true, "list", "auditentries.records.guildhall.dev", organization));
  }
  static Output read(const cluster::Kubectl& user, const std::string& organization, const std::string& selector) {
    return user({"get", "auditentries", "-n", organization, "--field-selector", selector});
  }
  static Output export_csv(const cluster::Kubectl& user, const std::string& organization) {
    return user({"get", "--raw",
                 fmt::format("/apis/records.guildhall.dev/v1alpha1/namespaces/{}/auditentries?format=csv&action="
                             "MemberRoleChanged",
                             organization)});
  }
  /// What the operator itself answers, past the API server: the HTTP status, and what it says.
  static std::string ask_directly(const std::vector<std::string>& flags, const std::string& organization) {
    std::vector<std::string> arguments{"-sk", "-w", " %{http_code}"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    arguments.push_back(
        fmt::format("https://localhost:{}/apis/records.guildhall.dev/v1alpha1/namespaces/{}/"
                    "auditentries",
                    serve_port(), organization));
    return cluster::run({.program = "/usr/bin/curl", .arguments = arguments, .environment = {}}).out;
  }
  static std::vector<std::string> as_front_proxy(const std::filesystem::path& certificate, const std::string& user) {
    return {"--cert", certificate.string() + ".crt",
            "--key",  certificate.string() + ".key",
            "-H",     "X-Remote-User: " + user,
            "-H",     "X-Remote-Group: system:masters",
            "-H",     "X-Remote-Group: system:authenticated"};
  }
  static std::filesystem::path pki() { return cluster::shared_control_plane().directory() / "pki"; }
  [[nodiscard]] testing::AssertionResult knows_that_nobody_serves() const {
    return eventually("the API server knows that nobody serves them", [&] {
      const std::string standing = kubectl_.get({"apiservice", kApiService}).dump(1);
      return Observation{standing.contains("FailedDiscoveryCheck") || standing.contains("MissingEndpoints"), standing};
    });
  }
  [[nodiscard]] testing::AssertionResult answers() const {
    return eventually("the records API answers", [&] {
      const auto output = kubectl_({"get", "auditentries", "-A"});
      return Observation{output.exit_code == 0, output.err};
    });
  }
};

TEST_F(RecordsTest, AreForAdminsAndEditorsOfThatOrganization) {
  prepare("readable");
  prepare("neighbour");
  const std::string ours = "action=MemberRoleChanged,email=ada@readable.example";
  for (const char* name : {"ada", "ed"}) {
    const auto& reader = member_user("readable", name);
    const auto table = read(reader, "readable", ours);
    EXPECT_EQ(table.exit_code, 0) << table.err;
    EXPECT_THAT(table.out, HasSubstr("spec.role: Viewer -> Editor")) << table.out;
    const auto csv = export_csv(reader, "readable");
    EXPECT_EQ(csv.exit_code, 0) << csv.err;
    EXPECT_THAT(csv.out,
                testing::StartsWith("time,email,action,scope,outcome,object,changes,user,source,id,index\r\n"));
    EXPECT_THAT(csv.out, HasSubstr(",ada@readable.example,MemberRoleChanged,Organization,Success,Member/ed,"));
  }
  for (const auto* stranger : {&member_user("readable", "vi"), &member_user("neighbour", "ada")}) {
    for (const Output& refused : {read(*stranger, "readable", ours), export_csv(*stranger, "readable")}) {
      EXPECT_NE(refused.exit_code, 0);
      EXPECT_TRUE(refused.out.empty()) << refused.out;
      EXPECT_THAT(refused.err, HasSubstr("cannot list resource \"auditentries\" in API group "
                                         "\"records.guildhall.dev\" in the namespace \"readable\""));
    }
  }
}

TEST_F(RecordsTest, ShowInAWatchWhatComes) {
  prepare("watched");
  const auto seen = cluster::shared_control_plane().directory() / "watched.log";
  const auto& ada = member_user("watched", "ada");
  const cluster::ChildProcess watch(
      {.program = ada.program(),
       .arguments = {"--kubeconfig", ada.kubeconfig(), "get", "auditentries", "-n", "watched", "-w", "-o", "wide"},
       .environment = {}},
      seen);
  const auto shows = [&](const std::string& text) {
    return eventually("the watch shows " + text, [&] {
      std::ifstream file(seen);
      const std::string content{std::istreambuf_iterator<char>(file), {}};
      return Observation{content.contains(text), content};
    });
  };
  ASSERT_TRUE(shows("Viewer -> Editor"));
  run({"patch", "member", "vi", "-n", "watched", "--type=merge", "-p", R"({"spec":{"role":"Editor"}})"});
  run({"patch", "member", "vi", "-n", "watched", "--type=merge", "-p", R"({"spec":{"role":"Viewer"}})"});
  EXPECT_TRUE(shows("Editor -> Viewer"));
}

TEST_F(RecordsTest, AreExplainedAndListedAmongTheResources) {
  prepare("explained");
  EXPECT_THAT(kubectl_({"explain", "auditentries"}).out, HasSubstr("KIND:       AuditEntry"));
  const auto listed = kubectl_({"api-resources", "--api-group=records.guildhall.dev", "-o", "name"});
  EXPECT_EQ(listed.out,
            "auditentries.records.guildhall.dev\nsignups.records.guildhall.dev\nusereports.records.guildhall.dev\n")
      << listed.err;
  const auto refused = read(kubectl_, "explained", "colour=red");
  EXPECT_THAT(refused.err, HasSubstr("colour"));
  EXPECT_THAT(refused.err, HasSubstr("object")) << "it lists what there is";
}

TEST_F(RecordsTest, BelieveNobodyButTheFrontProxy) {
  prepare("direct");
  const auto forged = pki() / "forged";
  ASSERT_EQ(cluster::run({.program = "/usr/bin/openssl",
                          .arguments = {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                        "-noenc", "-subj", "/CN=front-proxy", "-keyout", forged.string() + ".key",
                                        "-out", forged.string() + ".crt"},
                          .environment = {}})
                .exit_code,
            0);
  EXPECT_THAT(ask_directly({"-H", "X-Remote-User: admin", "-H", "X-Remote-Group: system:masters"}, "direct"),
              testing::EndsWith(" 401"));
  EXPECT_THAT(ask_directly({}, "direct"), testing::EndsWith(" 401"));
  EXPECT_THAT(ask_directly(as_front_proxy(pki() / "admin", "admin"), "direct"), testing::EndsWith(" 401"))
      << "a client of the cluster";
  EXPECT_THAT(ask_directly(as_front_proxy(forged, "admin"), "direct"), Not(HasSubstr("AuditEntryList")));
  EXPECT_THAT(ask_directly(as_front_proxy(pki() / "front-proxy", "admin"), "direct"), testing::EndsWith(" 200"));
}

TEST_F(RecordsTest, FollowTheFrontProxyToAnotherAuthority) {
  prepare("renewed");
  auto& control_plane = cluster::shared_control_plane();
  control_plane.stop();
  for (const char* file : {"front-proxy-ca.complete", "front-proxy-ca.crt", "front-proxy-ca.key"})
    ASSERT_TRUE(std::filesystem::remove(pki() / file)) << file;
  control_plane.start();
  ASSERT_TRUE(answers());
  EXPECT_THAT(fmt::format("{}", fmt::join(log("renewed"), "\n")), HasSubstr("MemberRoleChanged Member/ed"));
}

// An API that nobody serves keeps every namespace from being deleted.
TEST_F(RecordsTest, AreTakenOffTheClusterWhenTheyAreNotWanted) {
  OperatorFixture::start_operator({"--leader-elect=false", "--records=false"});
  EXPECT_TRUE(eventually("the APIService is gone", [&] {
    const json standing = kubectl_.get({"apiservice", kApiService});
    return Observation{standing.is_null(), standing.dump(1)};
  }));
  start_operator({"--leader-elect=false"});
  EXPECT_TRUE(answers()) << "and comes back";
}

// As docs/audit.md says it.
TEST_F(RecordsTest, AreMissedByNothingButWhatNeedsThem) {
  prepare("missed");
  run({"create", "namespace", "bystander"});
  kill_operator();
  ASSERT_TRUE(knows_that_nobody_serves());
  EXPECT_THAT(read(kubectl_, "missed", "").err, HasSubstr("the server is currently unable to handle the request"));
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"get", "members", "-n", "missed"},
           {"get", "guildhall", "-n", "missed"},
           {"describe", "member", "ed", "-n", "missed"},
           {"get", "all", "-n", "missed"},
           {"explain", "member.spec.role"},
           {"create", "configmap", "held", "-n", "bystander"},
           {"apply", "-f", cluster::source_directory() / "examples/00-namespaces.yaml"},
           {"delete", "configmap", "held", "-n", "bystander"}}) {
    const auto output = kubectl_(command);
    EXPECT_EQ(output.exit_code, 0) << fmt::format("{}", fmt::join(command, " ")) << output.err;
  }
  run({"delete", "namespace", "bystander", "--wait=false"});
  ASSERT_TRUE(eventually("the namespace says why it stays", [&] {
    const std::string standing = kubectl_.get({"namespace", "bystander"}).dump();
    return Observation{standing.contains("NamespaceDeletionDiscoveryFailure") && standing.contains("DiscoveryFailed"),
                       standing};
  }));
  run({"delete", "apiservice", kApiService});
  run({"wait", "--for=delete", "namespace/bystander", "--timeout=150s"});
  start_operator({"--leader-elect=false"});
  EXPECT_TRUE(answers()) << "it registers itself anew";
}

}  // namespace
}  // namespace guildhall::tests
