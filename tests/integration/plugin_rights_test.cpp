// kubectl guildhall whoami and can-i, as each role and as nobody.
#include "tests/integration/plugin_fixture.hpp"

namespace guildhall::tests {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class PluginRightsTest : public PluginFixture {
 protected:
  /// "see members: yes, ..." of the answers that are asked for; "?" for what is not there.
  static std::string answer(const json& document, const std::string& action, const std::string& ns) {
    for (const auto& each : document.at("actions")) {
      if (each.at("action") != action || each.value("namespace", "") != ns) continue;
      if (each.at("allowed").is_null()) return "-";
      return each.at("allowed") == true ? "yes" : "no";
    }
    return "?";
  }
};

TEST_F(PluginRightsTest, WhoAmISaysTheUserAndItsMembers) {
  apply_company("self");
  const auto ada = guildhall(member_user("self", "ada"), {"whoami"}, "self");
  EXPECT_EQ(ada.exit_code, 0) << ada;
  EXPECT_EQ(ada.out,
            "User:   ada@self.example\n\n"
            "NAMESPACE   MEMBER   ORGANIZATION   ROLE    PHASE\n"
            "self        ada      self           Admin   Active\n");
  const json ed = json::parse(guildhall(member_user("self", "ed"), {"whoami", "-o", "json"}, "self").out);
  EXPECT_EQ(ed["user"], "ed@self.example");
  EXPECT_EQ(ed["members"][0]["role"], "Editor");
  const auto wide = guildhall(member_user("self", "vi"), {"whoami", "-o", "wide"}, "self");
  EXPECT_THAT(wide.out, HasSubstr("Groups: system:authenticated"));
  EXPECT_THAT(wide.out, HasSubstr("User vi@self.example"));
}

TEST_F(PluginRightsTest, WhoAmIOfNobodyIsAUserAlone) {
  apply_company("lone");
  const auto nobody = guildhall(as("nobody@lone.example"), {"whoami"}, "lone");
  EXPECT_EQ(nobody.exit_code, 0);
  EXPECT_EQ(nobody.out, "User:   nobody@lone.example\n");
  EXPECT_THAT(nobody.err, HasSubstr("You may not read the Members of lone."));
  const auto everywhere = guildhall(member_user("lone", "ed"), {"whoami", "-A"}, "lone");
  EXPECT_THAT(everywhere.err, HasSubstr("only lone was looked at"));
  EXPECT_THAT(everywhere.out, HasSubstr("ed       lone"));
  const json admin = json::parse(guildhall(kubectl_, {"whoami", "-A", "-o", "json"}).out);
  EXPECT_TRUE(admin["members"].empty());
}

TEST_F(PluginRightsTest, AnotherMayBeActedForByWhoMay) {
  apply_company("acted");
  const auto as_ed = guildhall(kubectl_, {"whoami", "--as", "ed@acted.example", "-o", "name"}, "acted");
  EXPECT_EQ(as_ed.out, "member.guildhall.dev/ed\n") << as_ed;
  const auto refused = guildhall(member_user("acted", "ada"), {"whoami", "--as", "ed@acted.example"}, "acted");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("Only who may impersonate can use --as."));
}

TEST_F(PluginRightsTest, CanIAnswersForEachRoleWhatTheServerWouldDo) {
  run({"create", "namespace", "rights-prod"});
  apply_company("rights", "namespaces: [rights-prod]");
  apply(
      "{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {name: grafana, namespace: rights}, spec: "
      "{displayName: Grafana, lifetime: 90d, permissions: Read, deployments: {all: true}}}");
  ASSERT_TRUE(comes_to(member_user("rights", "ada"), true, "get", "secrets/grafana", "rights"));
  ASSERT_TRUE(
      comes_to(member_user("rights", "vi"), true, "list", "vmsingles.operator.victoriametrics.com", "rights-prod"));
  struct Row {
    const char* action;
    const char* ns;
    const char* ada_ed_vi_nobody;
  };
  const Row rows[] = {{"see members", "rights", "yes yes yes no"},
                      {"invite members", "rights", "yes no no no"},
                      {"change roles, deactivate members", "rights", "yes no no no"},
                      {"create API keys", "rights", "yes no no no"},
                      {"read the Secrets of keys", "rights", "yes no no -"},
                      {"write deployments", "rights-prod", "yes yes no ?"},
                      {"read deployments", "rights-prod", "yes yes yes ?"},
                      {"change billing", "rights", "yes no no no"},
                      {"read the audit log", "rights", "yes yes no no"},
                      {"edit the organization", "", "yes no no -"},
                      {"leave", "rights", "yes yes yes -"}};
  std::vector<json> documents;
  for (const auto& user : {member_user("rights", "ada"), member_user("rights", "ed"), member_user("rights", "vi"),
                           as("nobody@rights.example")}) {
    const auto output = guildhall(user, {"can-i", "-o", "json"}, "rights");
    ASSERT_EQ(output.exit_code, 0) << output;
    documents.push_back(json::parse(output.out));
  }
  for (const auto& row : rows) {
    std::string answers;
    for (const auto& document : documents)
      answers += (answers.empty() ? "" : " ") + answer(document, row.action, row.ns);
    EXPECT_EQ(answers, row.ada_ed_vi_nobody) << row.action;
  }
}

TEST_F(PluginRightsTest, OneQuestionIsAnsweredByTheExitCode) {
  apply_company("asked");
  const auto& ed = member_user("asked", "ed");
  const auto yes = guildhall(ed, {"can-i", "list", "members"}, "asked");
  EXPECT_EQ(yes.exit_code, 0);
  EXPECT_EQ(yes.out, "yes\n");
  const auto no = guildhall(ed, {"can-i", "create", "gmem"}, "asked");
  EXPECT_EQ(no.exit_code, 1);
  EXPECT_EQ(no.out, "no\n");
  EXPECT_EQ(no.err, "");
  const auto none = guildhall(ed, {"can-i", "foo", "bar"}, "asked");
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_EQ(none.out, "no\n");
  EXPECT_THAT(none.err, testing::StartsWith("Warning: the server doesn't have a resource type 'bar'"));
  for (const char* const what : {"pods", "secrets/x", "*", "users", "vmsingles"})
    EXPECT_EQ(guildhall(ed, {"can-i", "get", what}, "asked").err, "") << what;
  EXPECT_EQ(guildhall(ed, {"can-i", "-q", "foo", "bar"}, "asked").err, "");
  EXPECT_EQ(guildhall(ed, {"can-i", "-q", "-o", "json", "delete", "members/ed"}, "asked").out, "");
  const auto quiet = guildhall(ed, {"can-i", "-q", "delete", "members/ed"}, "asked");
  EXPECT_EQ(quiet.exit_code, 0);
  EXPECT_EQ(quiet.out, "");
  EXPECT_EQ(json::parse(guildhall(ed, {"can-i", "get", "organizations/asked", "-o", "json"}, "asked").out)["allowed"],
            true);
}

}  // namespace
}  // namespace guildhall::tests
