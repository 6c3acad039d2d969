// Invitations as a link in a Secret, and what is true of all of them: how they end, come again and are accepted.
#include "controllers/member/invitation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/member/invitation_token.hpp"
#include "tests/unit/controllers/member/invitation_world.hpp"

namespace guildhall::controllers::member {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const json kByLink = {{"invitation", {{"delivery", "Link"}}}};

class InvitationByLink : public testing::Test {
 protected:
  InvitationByLink() {
    world.add_member("jane", kByLink);
    world.settle();
  }
  [[nodiscard]] std::string hash() const { return world.invitation("jane").value("tokenHash", ""); }
  void resend_at(core::Timestamp at) {
    world.edit("jane", {{"invitation", {{"resendAt", core::format_timestamp(at)}}}});
  }

  InvitationWorld world;
};

TEST_F(InvitationByLink, PutsItIntoASecretWhoseHashTheStatusHas) {
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
  EXPECT_THAT(world.message("jane"), HasSubstr("until 2026-11-25T10:00:00Z"));
  EXPECT_THAT(world.link("jane"), StartsWith("https://guild.example/invitations/gli_"));
  EXPECT_EQ(hash(), InvitationWorld::hash_of(world.link("jane")));
  EXPECT_EQ(world.invitation("jane")["secret"]["name"], "jane-invitation");
  EXPECT_EQ(world.invitation("jane")["expiresAt"], "2026-11-25T10:00:00Z");
  EXPECT_TRUE(world.is_open("jane", hash()));
  EXPECT_THAT(world.told, Contains("MemberInvitationSent"));
  EXPECT_THAT(world.post.links, IsEmpty());
}

TEST_F(InvitationByLink, IsOfTheMember) {
  const json& secret = world.secrets.at("jane-invitation");
  EXPECT_EQ(secret["type"], kInvitationSecretType);
  EXPECT_EQ(secret["metadata"]["ownerReferences"][0]["uid"], world.member("jane")["metadata"]["uid"]);
  EXPECT_EQ(secret["metadata"]["labels"]["app.kubernetes.io/managed-by"], "guildhall");
  EXPECT_FALSE(secret.contains("stringData"));
}

TEST_F(InvitationByLink, StandsInNoStatusAndNoOtherHashOpensIt) {
  const std::string token = world.link("jane").substr(world.link("jane").rfind('/') + 1);
  EXPECT_THAT(world.member("jane").dump(), Not(HasSubstr(token)));
  EXPECT_FALSE(world.is_open("jane", ""));
  EXPECT_FALSE(world.is_open("jane", std::string(64, '0')));
}

TEST_F(InvitationByLink, EndsWithItsTimeAndNothingElseHappens) {
  EXPECT_EQ(world.look("jane"), 0);
  EXPECT_EQ(world.look_again_after, std::chrono::hours{24});
  world.now += std::chrono::hours{24};
  EXPECT_FALSE(world.is_open("jane", hash()));
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/ExpiredInvitation");
  EXPECT_EQ(world.phase("jane"), "ExpiredInvitation");
  EXPECT_THAT(world.secrets, IsEmpty());
  EXPECT_FALSE(world.invitation("jane").contains("secret"));
  EXPECT_THAT(world.told, Contains("MemberInvitationExpired"));
  world.now += std::chrono::hours{24 * 30};
  EXPECT_EQ(world.look("jane"), 0) << "no second link by itself";
}

TEST_F(InvitationByLink, HasTheOrganizationsTimeToLive) {
  world.edit_organization({{"invitations", {{"ttl", "2h"}}}});
  EXPECT_EQ(world.look("jane"), 0) << "the open one stays as it was promised";
  resend_at(world.now);
  world.settle();
  EXPECT_EQ(world.invitation("jane")["expiresAt"], "2026-11-24T12:00:00Z");
}

TEST_F(InvitationByLink, ComesAgainWhenThatIsDueAndKillsTheOneBefore) {
  const std::string before = hash();
  resend_at(world.now + std::chrono::minutes{5});
  world.settle();
  EXPECT_EQ(hash(), before) << "not due yet";
  EXPECT_EQ(world.look_again_after, std::chrono::minutes{5});
  world.now += std::chrono::minutes{5};
  world.settle();
  EXPECT_NE(hash(), before);
  EXPECT_EQ(hash(), InvitationWorld::hash_of(world.link("jane")));
  EXPECT_FALSE(world.is_open("jane", before));
  EXPECT_EQ(world.invitation("jane")["resentFor"], "2026-11-24T10:05:00Z");
  world.now += std::chrono::minutes{5};
  EXPECT_EQ(world.look("jane"), 0) << "each value works once";
}

TEST_F(InvitationByLink, IsDeadFromTheWishForAnotherOnWhoeverHasLooked) {
  resend_at(world.now + std::chrono::minutes{5});
  EXPECT_TRUE(world.is_open("jane", hash())) << "not due yet";
  world.now += std::chrono::minutes{5};
  EXPECT_FALSE(world.is_open("jane", hash()));
  world.settle();
  ASSERT_TRUE(world.is_open("jane", hash()));
  world.edit("jane", {{"invitation", {{"delivery", "Email"}}}});
  EXPECT_FALSE(world.is_open("jane", hash()));
  world.edit("jane", {{"invitation", {{"delivery", "Link"}}}});
  EXPECT_TRUE(world.is_open("jane", hash())) << "nobody has looked meanwhile";
}

TEST_F(InvitationByLink, ComesAgainAfterItEnded) {
  world.now += std::chrono::hours{25};
  world.settle();
  resend_at(world.now);
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
  EXPECT_TRUE(world.is_open("jane", hash()));
  EXPECT_NE(world.link("jane"), "");
}

TEST_F(InvitationByLink, IsOverWhenItWasDeclined) {
  world.decline("jane");
  EXPECT_FALSE(world.is_open("jane", hash()));
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/ExpiredInvitation");
  EXPECT_THAT(world.message("jane"), HasSubstr("declined at 2026-11-24T10:00:00Z"));
  EXPECT_THAT(world.secrets, IsEmpty());
  EXPECT_THAT(world.told, Contains("MemberDeclined"));
  resend_at(world.now);
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
  EXPECT_FALSE(world.invitation("jane").contains("declinedAt"));
}

TEST_F(InvitationByLink, IsOverWhenItWasAccepted) {
  world.accept("jane");
  EXPECT_FALSE(world.is_open("jane", hash()));
  world.settle();
  EXPECT_EQ(world.phase("jane"), "Active");
  EXPECT_THAT(world.secrets, IsEmpty());
  EXPECT_EQ(world.invitation("jane")["acceptedAt"], "2026-11-24T10:00:00Z");
  EXPECT_EQ(world.status("jane")["lastAction"], "accepted the invitation");
  EXPECT_EQ(world.status("jane")["lastActiveAt"], "2026-11-24T10:00:00Z");
  EXPECT_EQ(world.status("jane")["authMethods"], json::array({"Invitation"}));
  EXPECT_EQ(std::ranges::count(world.told, "MemberAccepted"), 1);
  EXPECT_EQ(world.look("jane"), 0);
}

TEST_F(InvitationByLink, IsNotOpenWhileTheMemberIsInactiveAndComesAgainAfter) {
  const std::string before = hash();
  world.edit("jane", {{"state", "Inactive"}});
  EXPECT_FALSE(world.is_open("jane", before));
  world.settle();
  EXPECT_THAT(world.secrets, IsEmpty());
  world.edit("jane", {{"state", "Active"}});
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
  EXPECT_TRUE(world.is_open("jane", InvitationWorld::hash_of(world.link("jane"))));
}

TEST_F(InvitationByLink, ASecretThatIsDeletedIsMadeAnewWithAnotherLink) {
  const std::string before = hash();
  world.remove_secret("jane-invitation");
  world.settle();
  EXPECT_NE(hash(), before);
  EXPECT_EQ(hash(), InvitationWorld::hash_of(world.link("jane")));
}

TEST_F(InvitationByLink, ASecretThatIsEditedIsMadeAnew) {
  world.secrets.at("jane-invitation")["data"]["link"] = "b64:https://evil.example/invitations/x";
  world.touch(world.secrets.at("jane-invitation"));
  world.settle();
  EXPECT_EQ(hash(), InvitationWorld::hash_of(world.link("jane")));
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
}

TEST_F(InvitationByLink, GoesByMailWhenThatIsAskedFor) {
  const std::string before = hash();
  world.edit("jane", {{"invitation", {{"delivery", "Email"}}}});
  world.settle();
  EXPECT_THAT(world.secrets, IsEmpty());
  EXPECT_EQ(world.post.arrived, std::vector<std::string>{hash()});
  EXPECT_FALSE(world.is_open("jane", before));
}

TEST_F(InvitationByLink, IsAcceptedWhenTheOrganizationNeedsNoneAnyMore) {
  world.edit_organization({{"invitations", {{"autoAccept", true}}}});
  world.settle();
  EXPECT_EQ(world.phase("jane"), "Active");
  EXPECT_THAT(world.secrets, IsEmpty());
}

TEST(Invitation, IsForTheUsersThatTheMemberLists) {
  const auto users = [](const json& subjects) {
    InvitationWorld world;
    world.add_member("jane", subjects.empty() ? json::object() : json{{"subjects", subjects}});
    return shown_users(api::parse_member(world.member("jane"))->spec);
  };
  const json account = {{"kind", "ServiceAccount"}, {"name", "bot"}, {"namespace", "acme"}};
  const json group = {{"kind", "Group"}, {"name", "devs"}};
  EXPECT_THAT(users(json::array()), ElementsAre("jane@acme.example"));
  EXPECT_THAT(users({account, {{"kind", "User"}, {"name", "x"}}, {{"kind", "User"}, {"name", "y"}}}),
              ElementsAre("x", "y"));
  EXPECT_THAT(users({account, group}), IsEmpty());
}

TEST(Invitation, LongNamesHaveSecretsOfTheirOwn) {
  InvitationWorld world;
  world.add_member(std::string(243, 'a') + "x", kByLink);
  world.add_member(std::string(243, 'a') + "y", kByLink);
  world.settle();
  EXPECT_EQ(world.secrets.size(), 2U);
  for (const auto& [name, secret] : world.secrets)
    EXPECT_LE(name.size(), 253U);
}

TEST(Invitation, AForeignSecretStandsInTheWayAndIsLeftAlone) {
  InvitationWorld world;
  world.secrets["jane-invitation"] = {{"type", "Opaque"}, {"data", {{"mine", "b64:x"}}}};
  world.add_member("jane", kByLink);
  world.settle();
  EXPECT_FALSE(world.invitation("jane").contains("secret")) << "Admins may read what it names";
  EXPECT_EQ(world.ready("jane"), "False/ForeignSecret");
  EXPECT_TRUE(world.look_again_after.has_value()) << "nothing tells when it goes";
  EXPECT_EQ(world.secrets.at("jane-invitation")["type"], "Opaque");
  world.remove_secret("jane-invitation");
  world.settle();
  EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
}

TEST(Invitation, TheSecretOfAnApiKeyInTheWayIsNotToBeRemoved) {
  const json owner = {{"apiVersion", "guildhall.dev/v1alpha1"},
                      {"kind", "ApiKey"},
                      {"name", "deploy"},
                      {"uid", "k-1"},
                      {"controller", true}};
  for (const bool is_copy : {false, true}) {
    InvitationWorld world;
    json& secret = world.secrets["jane-invitation"];
    secret = {{"type", "guildhall.dev/api-key"}, {"data", {{"token", "b64:x"}}}};
    secret["metadata"] = {{"name", "jane-invitation"}, {"namespace", "acme"}, {"uid", "s-1"}};
    if (!is_copy) secret["metadata"]["ownerReferences"] = json::array({owner});
    world.add_member("jane", kByLink);
    world.settle();
    EXPECT_EQ(world.ready("jane"), "False/ForeignSecret");
    EXPECT_EQ(world.message("jane"), std::string("Secret acme/jane-invitation is that of ") +
                                         (is_copy ? "an ApiKey" : "ApiKey deploy") +
                                         "; give the ApiKey another spec.secret.name, or use another delivery");
    EXPECT_TRUE(world.look_again_after.has_value());
  }
}

TEST(Invitation, AForeignSecretThatTakesThePlaceLaterIsNotNamed) {
  InvitationWorld world;
  world.add_member("jane", kByLink);
  world.settle();
  world.remove_secret("jane-invitation");
  world.secrets["jane-invitation"] = {{"type", "Opaque"}, {"data", {{"mine", "b64:x"}}}};
  world.settle();
  EXPECT_FALSE(world.invitation("jane").contains("secret"));
  EXPECT_EQ(world.secrets.at("jane-invitation")["type"], "Opaque");
}

TEST(Invitation, ALinkThatStandsBeforeTheStatusSaysSoIsDeadWhenAMailCannotTakeItsPlace) {
  InvitationWorld world;
  world.means.sends_mail = false;
  world.crash();
  world.add_member("jane", kByLink);
  world.look("jane");
  world.look("jane");
  ASSERT_NE(world.link("jane"), "");
  ASSERT_FALSE(world.invitation("jane").contains("sentAt"));
  const std::string before = world.invitation("jane")["tokenHash"];
  world.edit("jane", {{"invitation", {{"delivery", "Email"}}}});
  world.settle();
  EXPECT_EQ(world.ready("jane"), "False/NoMailServer");
  EXPECT_FALSE(world.is_open("jane", before));
}

TEST(Invitation, ASecretOfAnotherMemberIsLeftAlone) {
  InvitationWorld world;
  world.add_member("jane", kByLink);
  world.settle();
  world.secrets.at("jane-invitation")["metadata"]["ownerReferences"][0]["uid"] = "m-former";
  world.touch(world.secrets.at("jane-invitation"));
  world.settle();
  EXPECT_TRUE(world.secrets.contains("jane-invitation"));
  EXPECT_EQ(world.ready("jane"), "False/SendingInvitation");
  EXPECT_FALSE(world.invitation("jane").contains("secret"));
}

TEST(InvitationToken, HasItsForm) {
  const std::string token = "gli_" + std::string(43, 'k');
  EXPECT_TRUE(is_invitation_token(token));
  for (const std::string& other : {token + "k", token.substr(1), std::string("gld_") + std::string(43, 'k'),
                                   std::string("gli_") + std::string(42, 'k') + "-", std::string()})
    EXPECT_FALSE(is_invitation_token(other)) << other;
  EXPECT_EQ(token_of_link("https://guild.example/x/invitations/" + token), token);
  for (const std::string& other : {token, "https://guild.example/" + token + "/", std::string("https://guild.example")})
    EXPECT_EQ(token_of_link(other), "") << other;
}

TEST(Invitation, AWishThatWasDueBeforeTheFirstOneCountsAsDone) {
  InvitationWorld world;
  json spec = kByLink;
  spec["invitation"]["resendAt"] = "2026-11-24T09:00:00Z";
  world.add_member("jane", spec);
  world.settle();
  EXPECT_EQ(world.invitation("jane")["resentFor"], "2026-11-24T09:00:00Z");
  EXPECT_EQ(std::ranges::count(world.told, "MemberInvitationSent"), 1);
}

TEST(Invitation, NoneIsMadeWhilePaused) {
  InvitationWorld world;
  world.add_member("jane", kByLink);
  world.member("jane")["metadata"]["annotations"]["guildhall.dev/paused"] = "true";
  world.settle();
  EXPECT_EQ(world.ready("jane"), "False/Paused");
  EXPECT_THAT(world.secrets, IsEmpty());
}

TEST(Invitation, ARestoredMemberThatHadAcceptedIsNotToldToHaveAcceptedNow) {
  InvitationWorld world;
  world.add_member("jane", kByLink);
  world.accept("jane");
  world.member("jane")["metadata"]["creationTimestamp"] = "2026-11-24T10:30:00Z";
  world.settle();
  EXPECT_EQ(world.phase("jane"), "Active");
  EXPECT_THAT(world.told, Not(Contains("MemberAccepted")));
}

/// Killed after any number of writes, and started again, it comes to one link that the Secret and the status agree on.
TEST(Invitation, ALinkThatEndedBeforeItWasHandedOutIsDrawnAnew) {
  for (const int writes : {1, 2}) {
    InvitationWorld world;
    world.add_member("jane", kByLink);
    world.look("jane", writes);
    const std::string first = world.invitation("jane").value("tokenHash", "");
    world.crash();
    world.now += std::chrono::hours{48};
    world.settle();
    EXPECT_EQ(world.ready("jane"), "True/PendingInvitation");
    const std::string hash = world.invitation("jane").value("tokenHash", "");
    EXPECT_NE(hash, first);
    EXPECT_TRUE(world.is_open("jane", hash));
    EXPECT_EQ(InvitationWorld::hash_of(world.link("jane")), hash);
  }
}

TEST(Invitation, WhereverItIsKilledTheSecretAndTheStatusComeToAgree) {
  for (int first = 0; first < 6; ++first) {
    for (int second = 0; second < 6; ++second) {
      InvitationWorld world;
      world.add_member("jane", kByLink);
      world.look("jane", first);
      world.crash();
      world.look("jane", second);
      world.look("jane", second);
      world.crash();
      world.settle();
      EXPECT_EQ(world.ready("jane"), "True/PendingInvitation") << first << " " << second;
      EXPECT_EQ(world.invitation("jane")["tokenHash"], InvitationWorld::hash_of(world.link("jane")));
      EXPECT_EQ(world.look("jane"), 0);
    }
  }
}

}  // namespace
}  // namespace guildhall::controllers::member
