// Invitations in the running operator: the mail as mailpit got it, the page, and what comes of an answer.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cluster/browser.hpp"
#include "tests/integration/invitation_fixture.hpp"

namespace guildhall::tests {
namespace {

using cluster::eventually;
using cluster::Observation;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAreArray;

TEST_F(InvitationTest, IsMailedOnceAndItsAcceptanceGivesTheRole) {
  apply_organization("mailed");
  invite("mailed", "jane");
  const std::string path = mailed_path("mailed", "jane");
  ASSERT_NE(path, "");
  ASSERT_THAT(mails_to("mailed", "jane"), SizeIs(1));
  EXPECT_THAT(mails_to("mailed", "jane").front().html, HasSubstr(origin() + path));
  const auto& jane = member_user("mailed", "jane");
  EXPECT_FALSE(may(jane, "list", "members.guildhall.dev", "mailed"));
  EXPECT_THAT(open(path).body, AllOf(HasSubstr("Editor"), HasSubstr("jane@mailed.example")));
  EXPECT_EQ(text(member("mailed", "jane"), "/status/phase"), "PendingInvitation") << "opening it changes nothing";
  EXPECT_EQ(answer(path, "accept").status, 200);
  ASSERT_TRUE(becomes({"member", "jane", "-n", "mailed"}, "Ready", "True/Active"));
  EXPECT_TRUE(may(jane, "list", "members.guildhall.dev", "mailed"));
  EXPECT_NE(text(member("mailed", "jane"), "/status/invitation/acceptedAt"), "");
  EXPECT_EQ(open(path).status, 404) << "it worked once";
  EXPECT_THAT(mails_to("mailed", "jane"), SizeIs(1));
}

TEST_F(InvitationTest, ReachesWhateverAddressAMemberMayHave) {
  found("letters", {"ada"});
  const std::string email = "x!#$%&'*+/=?^_{|}~.-@letters.example";
  apply(json({{"apiVersion", "guildhall.dev/v1alpha1"},
              {"kind", "Member"},
              {"metadata", {{"name", "odd"}, {"namespace", "letters"}}},
              {"spec", {{"email", email}, {"role", "Viewer"}}}})
            .dump());
  EXPECT_TRUE(eventually("the mail is there", [&] {
    const auto mails = mailpit_->mails();
    const bool is_there = std::ranges::any_of(mails, [&](const auto& mail) { return mail.to == email; });
    return Observation{is_there, kubectl_.get({"member", "odd", "-n", "letters"})["status"].dump()};
  }));
}

TEST_F(InvitationTest, IsAcceptedInABrowserWithoutScripts) {
  apply_organization("browsed");
  invite("browsed", "jane");
  const std::string path = mailed_path("browsed", "jane");
  const auto folder = cluster::shared_control_plane().directory() / "browser";
  std::filesystem::create_directories(folder);
  cluster::Browser browser(folder);
  browser.forbid_scripts();
  browser.set_screen({.width = 375, .height = 812, .phone = true});
  browser.open(origin() + path);
  EXPECT_THAT(browser.text(), AllOf(HasSubstr("browsed"), HasSubstr("Editor")));
  const auto shots = cluster::source_directory() / "build/shots";
  browser.screenshot(shots / "operator-invitation.png");
  browser.click("Accept");
  EXPECT_THAT(browser.text(), HasSubstr("You have joined"));
  browser.screenshot(shots / "operator-accepted.png");
  ASSERT_TRUE(becomes({"member", "jane", "-n", "browsed"}, "Ready", "True/Active"));
  browser.open(origin() + path);
  EXPECT_EQ(browser.status(), 404);
}

TEST_F(InvitationTest, TheLinkStandsNowhereButInTheMail) {
  apply_organization("quiet");
  invite("quiet", "jane");
  const std::string path = mailed_path("quiet", "jane");
  const std::string token = path.substr(path.rfind('/') + 1);
  answer(path, "accept");
  ASSERT_TRUE(becomes({"member", "jane", "-n", "quiet"}, "Ready", "True/Active"));
  for (const char* what : {"members,organizations,secrets,configmaps,leases", "events"})
    EXPECT_THAT(kubectl_({"get", what, "-A", "-o", "yaml"}).out, Not(HasSubstr(token)));
  EXPECT_THAT(operator_->log(), Not(HasSubstr(token)));
  EXPECT_THAT(operator_->metrics(), Not(HasSubstr(token)));
}

TEST_F(InvitationTest, SaysWhoInvites) {
  apply_organization("inviter");
  apply_member("inviter", "ada", "role: Admin");
  wait_ready("inviter", {"ada"});
  const auto output =
      member_user("inviter", "ada")
          .apply(
              "{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {name: jane, namespace: inviter}, "
              "spec: {email: jane@inviter.example, role: Viewer}}");
  ASSERT_EQ(output.exit_code, 0) << output.err;
  const std::string path = mailed_path("inviter", "jane");
  EXPECT_THAT(open(path).body, HasSubstr("ada@inviter.example"));
  EXPECT_THAT(mails_to("inviter", "jane").front().text, HasSubstr("ada@inviter.example"));
}

TEST_F(InvitationTest, ALinkLiesInASecretThatOnlyAdminsRead) {
  apply_organization("linked");
  apply_member("linked", "ada", "role: Admin");
  apply_member("linked", "ed", "role: Editor");
  wait_ready("linked", {"ada", "ed"});
  invite("linked", "jane", "Link");
  const std::string path = secret_path("linked", "jane");
  ASSERT_NE(path, "");
  EXPECT_TRUE(comes_to(member_user("linked", "ada"), true, "get", "secrets/jane-invitation", "linked"));
  EXPECT_FALSE(may(member_user("linked", "ed"), "get", "secrets/jane-invitation", "linked"));
  EXPECT_EQ(answer(path, "accept").status, 200);
  ASSERT_TRUE(becomes({"member", "jane", "-n", "linked"}, "Ready", "True/Active"));
  EXPECT_TRUE(eventually("the Secret is gone", [&] {
    return Observation{kubectl_.get({"secret", "jane-invitation", "-n", "linked"}).is_null(), ""};
  }));
  EXPECT_TRUE(comes_to(member_user("linked", "ada"), false, "get", "secrets/jane-invitation", "linked"));
  EXPECT_THAT(mails_to("linked", "jane"), IsEmpty());
}

TEST_F(InvitationTest, DeclinedItIsOverUntilItIsSentAgain) {
  apply_organization("declined");
  invite("declined", "jane", "Link");
  const std::string path = secret_path("declined", "jane");
  EXPECT_EQ(answer(path, "decline").status, 200);
  ASSERT_TRUE(becomes({"member", "jane", "-n", "declined"}, "Ready", "True/ExpiredInvitation"));
  EXPECT_THAT(message(member("declined", "jane"), "Ready"), HasSubstr("declined"));
  EXPECT_EQ(open(path).status, 404);
  edit("declined", "jane", R"({"invitation":{"resendAt":"2026-01-01T00:00:00Z"}})");
  const std::string next = secret_path("declined", "jane");
  EXPECT_NE(next, path);
  EXPECT_EQ(open(path).status, 404) << "the earlier one stays dead";
  EXPECT_EQ(open(next).status, 200);
}

TEST_F(InvitationTest, ExpiresByItself) {
  apply_organization("hasty", "invitations: {ttl: 3s}");
  invite("hasty", "jane", "Link");
  ASSERT_TRUE(becomes({"member", "jane", "-n", "hasty"}, "Ready", "True/ExpiredInvitation"));
  // The status comes first: with it the link is dead, whether its Secret still stands or not.
  EXPECT_TRUE(eventually("the link goes", [&] {
    const json secret = kubectl_.get({"secret", "jane-invitation", "-n", "hasty"});
    return Observation{secret.is_null(), "it stands"};
  }));
  run({"delete", "organization", "hasty", "--timeout=60s"});
  EXPECT_TRUE(becomes({"member", "jane", "-n", "hasty"}, "Ready", "False/NoOrganization"));
}

TEST_F(InvitationTest, OfManyAcceptancesAtOnceOneCounts) {
  apply_organization("rush");
  invite("rush", "jane", "Link");
  const std::string path = secret_path("rush", "jane");
  EXPECT_EQ(accepted_answers(path, {page_port_}), 1);
}

TEST_F(InvitationTest, OfWhoIsAMemberElsewhereAddsARole) {
  found("elsewhere", {"jane"});
  found("here", {"ada"});
  apply(
      "{apiVersion: guildhall.dev/v1alpha1, kind: Member, metadata: {name: jane, namespace: here}, "
      "spec: {email: jane@elsewhere.example, role: Editor}}");
  ASSERT_TRUE(becomes({"member", "jane", "-n", "here"}, "Ready", "True/PendingInvitation"));
  const auto& jane = member_user("elsewhere", "jane");
  EXPECT_FALSE(may(jane, "list", "auditentries.records.guildhall.dev", "here"));
  const auto mails = mails_to("elsewhere", "jane");
  ASSERT_THAT(mails, SizeIs(1));
  EXPECT_EQ(answer(path_in(mails.front().text), "accept").status, 200);
  ASSERT_TRUE(becomes({"member", "jane", "-n", "here"}, "Ready", "True/Active"));
  EXPECT_TRUE(comes_to(jane, true, "list", "auditentries.records.guildhall.dev", "here"));
  EXPECT_FALSE(may(jane, "patch", "members.guildhall.dev", "here")) << "an Editor here";
  EXPECT_TRUE(may(jane, "patch", "members.guildhall.dev", "elsewhere")) << "and still an Admin there";
}

TEST_F(InvitationTest, ARefusalOfTheMailServerIsSaidInItsWords) {
  mailpit_->refuse("Recipient", 550);
  apply_organization("refused");
  invite("refused", "jane");
  ASSERT_TRUE(becomes({"member", "jane", "-n", "refused"}, "Stalled", "True/MailRefused"));
  EXPECT_THAT(message(member("refused", "jane"), "Ready"), HasSubstr("550"));
  EXPECT_GE(operator_->metric(R"(guildhall_mails_total{outcome="Refused"})").value_or(0), 1);
  EXPECT_THAT(operator_->log(), HasSubstr("a mail was not sent (Refused)")) << "the platform team is told too";
  mailpit_->accept();
  edit("refused", "jane", R"({"invitation":{"resendAt":"2026-01-01T00:00:00Z"}})");
  EXPECT_NE(mailed_path("refused", "jane"), "");
}

TEST_F(InvitationTest, AMistakeInTheTextsIsSaidAndNothingIsSent) {
  run({"patch", "configmap", "guildhall-mails", "-n", "guildhall-system", "--type=merge", "-p",
       R"({"data":{"invitation.txt":"{{bogus}} {{link}}"}})"});
  apply_organization("texts");
  invite("texts", "jane");
  EXPECT_TRUE(becomes({"member", "jane", "-n", "texts"}, "Reconciling", "True/MailFailed"));
  EXPECT_THAT(message(member("texts", "jane"), "Ready"), AllOf(HasSubstr("guildhall-mails"), HasSubstr("bogus")));
  EXPECT_GE(operator_->metric(R"(guildhall_mails_total{outcome="Unwritten"})").value_or(0), 1);
  run({"apply", "-f", templates()});
}

TEST_F(InvitationTest, ATextThatIsNotUtf8IsAMistakeToo) {
  run({"patch", "configmap", "guildhall-mails", "-n", "guildhall-system", "--type=merge", "-p",
       R"({"data":{"invitation.txt":null},"binaryData":{"invitation.txt":"4HsA"}})"});
  apply_organization("latin");
  invite("latin", "jane");
  EXPECT_TRUE(becomes({"member", "jane", "-n", "latin"}, "Reconciling", "True/MailFailed"));
  EXPECT_THAT(message(member("latin", "jane"), "Ready"), HasSubstr("invitation.txt: it is no text in UTF-8"));
  run({"patch", "configmap", "guildhall-mails", "-n", "guildhall-system", "--type=merge", "-p",
       R"({"binaryData":null})"});
  run({"apply", "-f", templates()});
}

/// Ended in good order in the midst of many, it leaves nobody in doubt.
TEST_F(InvitationTest, AnEndInGoodOrderLeavesNoMailUncertain) {
  constexpr std::size_t at_once = 12;
  apply_organization("orderly");
  std::vector<std::string> names;
  for (std::size_t round = 0; round < 4; ++round) {
    for (std::size_t i = 0; i < at_once; ++i)
      names.push_back(fmt::format("m{}", names.size()));
    invite_all("orderly", {names.end() - at_once, names.end()});
    EXPECT_TRUE(eventually("the first mails of them have arrived",
                           [&] { return Observation{mailpit_->mails().size() > round * at_once, ""}; }));
    operator_->signal(SIGTERM);
    ASSERT_TRUE(operator_->wait(std::chrono::seconds{10}));
    start_operator(flags());
  }
  for (const auto& name : names)
    EXPECT_TRUE(becomes({"member", name, "-n", "orderly"}, "Ready", "True/PendingInvitation"));
  EXPECT_THAT(invited_by_mail("orderly"), UnorderedElementsAreArray(names));
}

TEST_F(InvitationTest, AFailureThatMayPassIsTriedAgain) {
  mailpit_->refuse("Sender", 451);
  apply_organization("later");
  invite("later", "jane");
  ASSERT_TRUE(becomes({"member", "jane", "-n", "later"}, "Reconciling", "True/MailFailed"));
  EXPECT_THAT(message(member("later", "jane"), "Ready"), AllOf(HasSubstr("451"), HasSubstr("tried again at")));
  EXPECT_THAT(mails_to("later", "jane"), IsEmpty());
}

TEST_F(InvitationTest, AMemberThatIsDeletedTakesItsLinkAlong) {
  apply_organization("gone");
  invite("gone", "jane");
  const std::string path = mailed_path("gone", "jane");
  run({"delete", "member", "jane", "-n", "gone"});
  EXPECT_TRUE(eventually("the link is dead", [&] { return Observation{open(path).status == 404, ""}; }));
}

TEST_F(InvitationTest, AnOrganizationThatIsDeletedTakesThemAlong) {
  apply_organization("ended");
  invite("ended", "jane");
  const std::string path = mailed_path("ended", "jane");
  run({"delete", "organization", "ended"});
  EXPECT_TRUE(eventually("the link is dead", [&] { return Observation{open(path).status == 404, ""}; }));
}

TEST_F(InvitationTest, TheRoleThatItHasWhenAcceptedCounts) {
  apply_organization("changed");
  invite("changed", "jane");
  const std::string path = mailed_path("changed", "jane");
  edit("changed", "jane", R"({"role":"Viewer"})");
  EXPECT_TRUE(eventually("the page shows it",
                         [&] { return Observation{open(path).body.find("Viewer") != std::string::npos, ""}; }));
  EXPECT_EQ(answer(path, "accept").status, 200);
  ASSERT_TRUE(becomes({"member", "jane", "-n", "changed"}, "Ready", "True/Active"));
  EXPECT_FALSE(may(member_user("changed", "jane"), "list", "auditentries.records.guildhall.dev", "changed"));
  EXPECT_THAT(mails_to("changed", "jane"), SizeIs(1));
}

/// Killed again and again while it sends, nobody gets two mails; who may have got one is told of.
TEST_F(InvitationTest, NobodyGetsTwoMailsHoweverOftenTheOperatorDies) {
  constexpr int members = 24;
  apply_organization("deaths");
  for (int i = 0; i < members; ++i) {
    invite("deaths", fmt::format("m{}", i));
    if (i % 4 != 3) continue;
    kill_operator();
    start_operator(flags());
  }
  for (int i = 0; i < members; ++i) {
    const std::string name = fmt::format("m{}", i);
    ASSERT_TRUE(eventually(name + " is invited", [&] {
      const json object = member("deaths", name);
      const std::string ready = condition(object, "Ready");
      return Observation{ready == "True/PendingInvitation" || ready == "False/MailUncertain", object.dump(1)};
    }));
    const auto mails = mails_to("deaths", name);
    const bool certain = condition(member("deaths", name), "Ready") == "True/PendingInvitation";
    EXPECT_LE(mails.size(), 1U) << name;
    EXPECT_TRUE(!certain || mails.size() == 1) << name;
    for (const auto& mail : mails)
      EXPECT_EQ(open(path_in(mail.text)).status, 200) << name;
  }
}

}  // namespace
}  // namespace guildhall::tests
