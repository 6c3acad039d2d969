// kubectl guildhall members invite and resend: by mail, as a link, twice, and where it does not go.
#include <gmock/gmock.h>

#include <fstream>
#include <regex>

#include "tests/cluster/eventually.hpp"
#include "tests/cluster/http_get.hpp"
#include "tests/integration/plugin_fixture.hpp"

namespace guildhall::tests {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class PluginInviteTest : public PluginFixture {
 protected:
  /// Opens the page of a link and sends its form.
  static void decline(const std::string& link) {
    const std::string origin = fmt::format("http://127.0.0.1:{}", page_port_);
    const std::string path = link.substr(origin.size(), link.find('\n') - origin.size());
    const std::string page = cluster::http_get(page_port_, path).body;
    const std::string form = page.substr(std::min(page.size(), page.find(path + "/decline")));
    std::smatch proof;
    ASSERT_TRUE(std::regex_search(form, proof, std::regex("name=\"?proof\"? value=\"?([0-9a-f]+)"))) << page;
    const auto answer = cluster::http_send_with(
        page_port_, "POST", path + "/decline",
        fmt::format("Content-Type: application/x-www-form-urlencoded\r\nOrigin: {}\r\n", origin),
        "proof=" + proof[1].str());
    EXPECT_EQ(answer.status, 200) << answer.body;
  }
};

TEST_F(PluginInviteTest, SendsOneMailHoweverOftenItIsRun) {
  apply_company("mailed");
  const auto& ada = member_user("mailed", "ada");
  const Words words{"members",  "invite", "jane.doe@mailed.example", "--role=Editor", "--display-name",
                    "Jane Doe", "--wait"};
  const auto first = guildhall(ada, words, "mailed");
  EXPECT_EQ(first.exit_code, 0) << first;
  EXPECT_THAT(first.out, MatchesRegex("member.guildhall.dev/jane.doe invited\nA mail with the link was sent to "
                                      "jane.doe@mailed.example at .* UTC. The link works until .* UTC.\n"));
  EXPECT_EQ(mails_to("jane.doe@mailed.example"), 1U);
  const std::string version = version_of("mailed", "jane.doe");
  const auto second = guildhall(ada, words, "mailed");
  EXPECT_EQ(second.exit_code, 0) << second;
  EXPECT_THAT(second.out, StartsWith("member.guildhall.dev/jane.doe unchanged\njane.doe@mailed.example is a Member "
                                     "already: Editor, PendingInvitation.\n"));
  EXPECT_EQ(version_of("mailed", "jane.doe"), version);
  EXPECT_EQ(mails_to("jane.doe@mailed.example"), 1U);
  const auto other_role = guildhall(ada, {"members", "invite", "jane.doe@mailed.example", "--role=Admin"}, "mailed");
  EXPECT_EQ(other_role.exit_code, 1);
  EXPECT_THAT(other_role.err, HasSubstr("kubectl guildhall members role jane.doe Admin -n mailed"));
}

TEST_F(PluginInviteTest, ALinkIsPrintedOnlyWhenItIsAskedFor) {
  apply_company("linked");
  const auto& ada = member_user("linked", "ada");
  const auto told = guildhall(
      ada, {"members", "invite", "bob@linked.example", "--role=Viewer", "--delivery=Link", "--wait"}, "linked");
  EXPECT_EQ(told.exit_code, 0) << told;
  EXPECT_THAT(told.out, AllOf(HasSubstr("Read the link, and hand it over: kubectl get secret bob-invitation -n linked"),
                              Not(HasSubstr("gli_"))));
  const auto shown = guildhall(
      ada, {"members", "invite", "bob@linked.example", "--role=Viewer", "--delivery=Link", "--show-link", "-o", "name"},
      "linked");
  EXPECT_THAT(shown.out,
              StartsWith(fmt::format("member.guildhall.dev/bob\nhttp://127.0.0.1:{}/invitations/gli_", page_port_)))
      << shown.err;
  const auto secret =
      kubectl_({"get", "secret", "bob-invitation", "-n", "linked", "-o", "go-template={{.data.link | base64decode}}"});
  EXPECT_EQ(shown.out, "member.guildhall.dev/bob\n" + secret.out + "\n");
}

TEST_F(PluginInviteTest, ADocumentIsWhatCameOfIt) {
  apply_company("document");
  const auto output =
      guildhall(member_user("document", "ada"),
                {"members", "invite", "lin@document.example", "--role=Viewer", "--wait", "-o", "json"}, "document");
  EXPECT_EQ(output.exit_code, 0) << output;
  const json member = json::parse(output.out);
  EXPECT_EQ(member["kind"], "Member");
  EXPECT_EQ(text(member, "/status/phase"), "PendingInvitation");
  EXPECT_NE(text(member, "/status/invitation/sentAt"), "");
}

TEST_F(PluginInviteTest, ADryRunMakesNothing) {
  apply_company("dry");
  const auto& ada = member_user("dry", "ada");
  const auto client =
      guildhall(ada, {"members", "invite", "x@dry.example", "--role=Viewer", "--dry-run=client"}, "dry");
  EXPECT_EQ(client.out, "member.guildhall.dev/x invited (dry run)\n");
  const auto server =
      guildhall(ada, {"members", "invite", "x@dry.example", "--role=Viewer", "--dry-run=server", "-o", "json"}, "dry");
  EXPECT_EQ(json::parse(server.out)["spec"]["state"], "Active") << "the server filled in what is default";
  EXPECT_TRUE(member("dry", "x").is_null());
}

TEST_F(PluginInviteTest, RefusesTheEmailsThatTheServerRefuses) {
  apply_company("spelt");
  const auto& ada = member_user("spelt", "ada");
  for (const char* email : {"x@spelt.example", "X@spelt.example", "x@Spelt.example", "x@spelt..example", "x y@spelt",
                            "x'y@spelt.example", "x@spelt", "x+y@spelt.example"}) {
    const auto plugin = guildhall(ada, {"members", "invite", email, "--role=Viewer", "--dry-run=client"}, "spelt");
    const json member{{"apiVersion", "guildhall.dev/v1alpha1"},
                      {"kind", "Member"},
                      {"metadata", {{"name", "x"}}},
                      {"spec", {{"email", email}, {"role", "Viewer"}}}};
    const auto server = ada({"create", "--dry-run=server", "-n", "spelt", "-f", "-"}, member.dump());
    EXPECT_EQ(plugin.exit_code == 0, server.exit_code == 0) << email << "\n" << plugin << server;
    EXPECT_TRUE(plugin.exit_code == 0 || plugin.exit_code == 2) << plugin;
  }
}

TEST_F(PluginInviteTest, ATakenNameGetsANumberAndAGivenOneIsRefused) {
  apply_company("named");
  const auto& ada = member_user("named", "ada");
  const auto second = guildhall(ada, {"members", "invite", "ed@other.example", "--role=Viewer"}, "named");
  EXPECT_THAT(second.out, StartsWith("member.guildhall.dev/ed-2 invited\nGuildhall sends a mail")) << second;
  const auto given = guildhall(ada, {"members", "invite", "ed@third.example", "--role=Viewer", "--name=ed"}, "named");
  EXPECT_EQ(given.exit_code, 1);
  EXPECT_THAT(given.err, HasSubstr("the name ed is taken by another email"));
}

TEST_F(PluginInviteTest, IsRefusedToOthersAndWhereItDoesNotBelong) {
  run({"create", "namespace", "homely-prod"});
  run({"create", "namespace", "homely-lone"});
  apply_company("homely", "namespaces: [homely-prod]");
  for (const char* who : {"ed", "vi"}) {
    const auto refused =
        guildhall(member_user("homely", who), {"members", "invite", "x@h.example", "--role=Admin"}, "homely");
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("That needs the role Admin."));
  }
  const auto spanned = guildhall(kubectl_, {"members", "invite", "x@h.example", "--role=Viewer"}, "homely-prod");
  EXPECT_EQ(spanned.exit_code, 1);
  EXPECT_THAT(spanned.err,
              HasSubstr("homely-prod runs deployments of homely, whose home namespace is homely: use -n homely"));
  const auto lone = guildhall(kubectl_, {"members", "invite", "x@h.example", "--role=Viewer"}, "homely-lone");
  EXPECT_EQ(lone.exit_code, 1);
  EXPECT_THAT(lone.err, HasSubstr("homely-lone is not the home namespace of an organization."));
  const auto unasked = guildhall(member_user("homely", "ada"),
                                 {"members", "invite", "x@h.example", "--role=Viewer", "--delivery=None"}, "homely");
  EXPECT_EQ(unasked.exit_code, 1);
  EXPECT_THAT(unasked.err, HasSubstr("Leave --delivery out, or use --delivery Link."));
}

TEST_F(PluginInviteTest, WhatIsInTheWayIsToldByWaiting) {
  apply_company("paused");
  const auto& ada = member_user("paused", "ada");
  mailpit_->refuse("Recipient", 550);
  const auto refused =
      guildhall(ada, {"members", "invite", "gone@paused.example", "--role=Viewer", "--wait"}, "paused");
  mailpit_->accept();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.out, "member.guildhall.dev/gone invited\n");
  EXPECT_THAT(refused.err, AllOf(HasSubstr("member.guildhall.dev/gone is there, but cannot go on: MailRefused:"),
                                 HasSubstr("Hand the link over yourself: kubectl patch gmem gone -n paused")));
}

TEST_F(PluginInviteTest, WhoIsInvitedIsToldBeforeTheWait) {
  apply_company("awaited");
  mailpit_->refuse("Recipient", 450);
  const auto log = cluster::shared_control_plane().directory() / "awaited.log";
  std::filesystem::remove(log);
  cluster::ChildProcess waiting(
      command(member_user("awaited", "ada"), {"members", "invite", "jo@awaited.example", "--role=Viewer", "--wait=10m"},
              "awaited"),
      log);
  EXPECT_TRUE(cluster::eventually("the line is there", [&] {
    std::ifstream said(log);
    const std::string seen{std::istreambuf_iterator<char>(said), {}};
    return cluster::Observation{waiting.running() && seen == "member.guildhall.dev/jo invited\n", seen};
  }));
  mailpit_->accept();
}

TEST_F(PluginInviteTest, ResendMakesAnotherLink) {
  apply_company("resent");
  const auto& ada = member_user("resent", "ada");
  const Words invite{"members", "invite", "jo@resent.example", "--role=Viewer", "--delivery=Link", "--wait"};
  EXPECT_EQ(guildhall(ada, invite, "resent").exit_code, 0);
  const std::string before = text(member("resent", "jo"), "/status/invitation/tokenHash");
  const auto resent = guildhall(ada, {"members", "resend", "jo@resent.example", "--wait"}, "resent");
  EXPECT_EQ(resent.exit_code, 0) << resent;
  EXPECT_THAT(resent.out, StartsWith("member.guildhall.dev/jo to be invited again\nRead the link, and hand it over: "));
  const std::string after = text(member("resent", "jo"), "/status/invitation/tokenHash");
  EXPECT_NE(after, "");
  EXPECT_NE(after, before);
  const auto accepted = guildhall(ada, {"members", "resend", "ed"}, "resent");
  EXPECT_EQ(accepted.exit_code, 1);
  EXPECT_THAT(accepted.err, HasSubstr("ed@resent.example has accepted"));
  EXPECT_THAT(accepted.out, IsEmpty());
}

TEST_F(PluginInviteTest, ResendSaysThatAMailWaitsAndUntilWhen) {
  apply_company("again");
  const auto& ada = member_user("again", "ada");
  const Words invite{"members", "invite", "jo@again.example", "--role=Viewer", "--wait"};
  EXPECT_EQ(guildhall(ada, invite, "again").exit_code, 0);
  const auto told = guildhall(ada, {"members", "resend", "jo"}, "again");
  EXPECT_EQ(told.exit_code, 0) << told;
  EXPECT_THAT(told.out, StartsWith("member.guildhall.dev/jo to be invited again\nThe mail waits: "));
  EXPECT_EQ(condition(member("again", "jo"), "Ready"), "False/MailThrottled");
  EXPECT_THAT(told.out, HasSubstr("this one goes at 2"));
  const auto waited = guildhall(ada, {"members", "resend", "jo", "--wait=1500ms", "-o", "json"}, "again");
  EXPECT_EQ(waited.exit_code, 1) << waited;
  EXPECT_THAT(waited.err, HasSubstr("error: not done yet: The mail waits: "));
  EXPECT_EQ(json::parse(waited.out)["kind"], "Member");
  EXPECT_EQ(mails_to("jo@again.example"), 1U);
}

TEST_F(PluginInviteTest, ResendAcceptsWhoDeclinedAndNeedsNoInvitation) {
  apply_company("declined");
  const auto& ada = member_user("declined", "ada");
  const Words invite{"members", "invite", "jo@declined.example", "--role=Viewer", "--delivery=Link", "--show-link",
                     "-o",      "name"};
  const auto invited = guildhall(ada, invite, "declined");
  decline(invited.out.substr(invited.out.find("http")));
  ASSERT_TRUE(becomes({"member", "jo", "-n", "declined"}, "Ready", "True/ExpiredInvitation"));
  edit("declined", "jo", R"({"invitation": {"delivery": "None"}})");
  ASSERT_TRUE(becomes({"member", "jo", "-n", "declined"}, "Ready", "True/ExpiredInvitation"));
  const auto resent = guildhall(ada, {"members", "resend", "jo", "--wait"}, "declined");
  EXPECT_EQ(resent.exit_code, 0) << resent;
  EXPECT_EQ(resent.out,
            "member.guildhall.dev/jo to be accepted without an invitation\njo@declined.example is Active as Viewer.\n");
}

}  // namespace
}  // namespace guildhall::tests
