#include "operator/plugin/resending.hpp"

#include <gmock/gmock.h>

#include "tests/unit/operator/plugin/members.hpp"

namespace guildhall::plugin {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

const core::Timestamp kNow = *core::parse_timestamp("2026-11-24T10:00:00.7Z");

struct Resend {
  const char* name;
  nlohmann::json spec;
  nlohmann::json status;
  const char* want;  ///< resendAt, "unchanged", or the error
};

void PrintTo(const Resend& test, std::ostream* out) {
  *out << test.name;
}

class ResendTest : public testing::TestWithParam<Resend> {};

TEST_P(ResendTest, HappensOnceASecondWhereThereIsAnInvitation) {
  const auto& test = GetParam();
  const auto change = plan_resend(view("jane", test.spec, test.status), kNow);
  std::string got = change ? "unchanged" : change.error().message;
  if (change && !change->patch.is_null()) got = change->patch["spec"]["invitation"]["resendAt"];
  EXPECT_EQ(got, test.want);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ResendTest,
    testing::Values(
        Resend{"Pending", {}, {{"phase", "PendingInvitation"}}, "2026-11-24T10:00:00Z"},
        Resend{"Expired", {}, {{"phase", "ExpiredInvitation"}}, "2026-11-24T10:00:00Z"},
        Resend{"New", {}, {{"phase", ""}}, "2026-11-24T10:00:00Z"},
        Resend{"SentBefore",
               {{"invitation", {{"resendAt", "2026-11-24T09:59:59Z"}}}},
               {{"phase", "PendingInvitation"}},
               "2026-11-24T10:00:00Z"},
        Resend{"TheSameSecond",
               {{"invitation", {{"resendAt", "2026-11-24T10:00:00Z"}}}},
               {{"phase", "PendingInvitation"}},
               "unchanged"},
        Resend{"Accepted",
               {},
               {{"phase", "Active"}},
               "jane@acme.example has accepted; there is no invitation to send again"},
        Resend{"Inactive",
               {},
               {{"phase", "Inactive"}},
               "jane@acme.example is Inactive; first: kubectl guildhall members activate jane -n acme"},
        Resend{"DeclinedAndNoDelivery",
               {{"invitation", {{"delivery", "None"}}}},
               {{"phase", "ExpiredInvitation"}, {"invitation", {{"declinedAt", "2026-11-24T09:00:00Z"}}}},
               "2026-11-24T10:00:00Z"},
        Resend{"NoDelivery",
               {{"invitation", {{"delivery", "None"}}}},
               not_ready("Paused", "not accepted, as guildhall.dev/paused is set", false),
               "jane@acme.example has delivery None: it needs no invitation, and is Active once Guildhall has accepted "
               "it. It says: not accepted, as guildhall.dev/paused is set. To have it asked instead: kubectl patch "
               "gmem jane -n acme --type=merge -p '{\"spec\":{\"invitation\":{\"delivery\":\"Email\"}}}'"}),
    [](const auto& info) { return info.param.name; });

TEST(ResendTest, SaysWhatItComesTo) {
  const json none{{"invitation", {{"delivery", "None"}}}};
  const json declined{{"phase", "ExpiredInvitation"}, {"invitation", {{"declinedAt", "2026-11-24T09:00:00Z"}}}};
  EXPECT_EQ(plan_resend(view("jane", {}, declined), kNow)->done, "to be invited again");
  EXPECT_EQ(plan_resend(view("jane", none, declined), kNow)->done, "to be accepted without an invitation");
}

/// Asked for again at ten; `status` is a merge patch of one that is Ready with the invitation before.
MemberView resent(const json& status, const char* delivery = "Email") {
  json ready{{"phase", "PendingInvitation"},
             {"invitation", {{"sentAt", "2026-11-24T09:59:30Z"}, {"resentFor", "2026-11-24T08:00:00Z"}}}};
  ready.merge_patch(status);
  return view("jane", {{"invitation", {{"delivery", delivery}, {"resendAt", "2026-11-24T10:00:00Z"}}}}, ready);
}

std::string comes(const MemberView& member) {
  const auto story = what_comes_again(member);
  return story ? *story : "error: " + story.error().message;
}

TEST(WhatComesAgainTest, AMailThatMustWaitIsToldWithItsTime) {
  const auto throttled =
      resent(not_ready("MailThrottled", "one a minute; this one goes at 2026-11-24T10:00:30Z", false));
  EXPECT_TRUE(has_looked(throttled));
  EXPECT_FALSE(is_resent(throttled));
  EXPECT_EQ(comes(throttled),
            "The mail waits: one a minute; this one goes at 2026-11-24T10:00:30Z. See what became of it: kubectl "
            "guildhall members list --email=jane@acme.example -o wide -n acme");
  auto other = throttled;
  other.email = "o'brien@acme.example";
  EXPECT_THAT(comes(other), HasSubstr(R"(--email='o'\''brien@acme.example' -o wide)"));
}

TEST(WhatComesAgainTest, AMailOrALinkThatIsOnItsWayIsToCome) {
  const json on_its_way = not_ready("SendingInvitation", "on its way", false);
  EXPECT_FALSE(is_resent(resent(on_its_way)));
  EXPECT_THAT(comes(resent(on_its_way)), StartsWith("Guildhall sends another mail with a link to jane@acme.example."));
  EXPECT_THAT(comes(resent(on_its_way, "Link")), StartsWith("Another link will lie in a Secret"));
  EXPECT_THAT(comes(resent(not_ready("MailFailed", "421 later", false))), HasSubstr(" The last try: 421 later. See"));
  EXPECT_THAT(comes(resent(not_ready("Accepting", "is being accepted", false))),
              StartsWith("It needs no invitation, and is Active in a moment."));
  EXPECT_THAT(comes(resent(not_ready("WithdrawingRole", "", false), "None")), StartsWith("It needs no invitation"));
}

TEST(WhatComesAgainTest, WhatBecameOfItIsToldOnceItIsClear) {
  const auto sent =
      resent({{"invitation", {{"sentAt", "2026-11-24T10:00:01Z"}, {"resentFor", "2026-11-24T10:00:00Z"}}}});
  EXPECT_TRUE(is_resent(sent));
  EXPECT_THAT(comes(sent), StartsWith("A mail with the link was sent to jane@acme.example at 2026-11-24 10:00 UTC."));
  EXPECT_EQ(comes(resent({{"phase", "Active"}})), "jane@acme.example is Active as Editor.");
  EXPECT_THAT(comes(resent(not_ready("NoMailServer", "none"))),
              StartsWith("error: member.guildhall.dev/jane is there"));
}

TEST(WhatComesAgainTest, TheInvitationBeforeIsNotTakenForThisOne) {
  EXPECT_FALSE(is_resent(resent(json::object()))) << "by the operator's clock it is not due";
  EXPECT_THAT(comes(resent(json::object())), StartsWith("Guildhall sends another mail"));
  EXPECT_FALSE(is_resent(resent({{"phase", "ExpiredInvitation"}})));
  auto unseen = resent(json::object());
  unseen.current = false;
  EXPECT_FALSE(has_looked(unseen));
  EXPECT_THAT(comes(unseen), StartsWith("Nobody has looked at it yet; is Guildhall's operator running?"));
}

}  // namespace
}  // namespace guildhall::plugin
