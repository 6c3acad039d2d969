#include "operator/plugin/changes.hpp"

#include <gtest/gtest.h>

#include "tests/unit/operator/plugin/members.hpp"

namespace guildhall::plugin {
namespace {

const core::Timestamp kNow = *core::parse_timestamp("2026-11-24T10:00:00.7Z");

nlohmann::json patch(const nlohmann::json& spec) {
  return {{"metadata", {{"uid", "u-1"}}}, {"spec", spec}};
}

TEST(ChangesTest, AStateIsSetOnThisVeryMember) {
  EXPECT_EQ(plan_state(view("jane"), "Inactive").patch, patch({{"state", "Inactive"}}));
  EXPECT_EQ(plan_state(view("jane"), "Inactive").done, "deactivated");
  EXPECT_EQ(plan_state(view("jane", {{"state", "Inactive"}}), "Active").done, "activated");
}

TEST(ChangesTest, WhatIsSoAlreadyIsNotWritten) {
  EXPECT_TRUE(plan_state(view("jane"), "Active").patch.is_null());
  EXPECT_TRUE(plan_state(view("jane", {{"state", nullptr}}), "Active").patch.is_null());
  EXPECT_TRUE(plan_role(view("jane"), "Editor").patch.is_null());
}

TEST(ChangesTest, ARoleIsSet) {
  EXPECT_EQ(plan_role(view("jane"), "Admin").patch, patch({{"role", "Admin"}}));
  EXPECT_EQ(plan_role(view("jane"), "Admin").done, "is Admin now");
}

struct Resend {
  const char* name;
  nlohmann::json spec;
  const char* phase;
  const char* want;  ///< resendAt, "unchanged", or the error
};

void PrintTo(const Resend& test, std::ostream* out) {
  *out << test.name;
}

class ResendTest : public testing::TestWithParam<Resend> {};

TEST_P(ResendTest, HappensOnceASecondWhereThereIsAnInvitation) {
  const auto& test = GetParam();
  const auto change = plan_resend(view("jane", test.spec, {{"phase", test.phase}}), kNow);
  std::string got = change ? "unchanged" : change.error().message;
  if (change && !change->patch.is_null()) got = change->patch["spec"]["invitation"]["resendAt"];
  EXPECT_EQ(got, test.want);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ResendTest,
    testing::Values(
        Resend{"Pending", {}, "PendingInvitation", "2026-11-24T10:00:00Z"},
        Resend{"Expired", {}, "ExpiredInvitation", "2026-11-24T10:00:00Z"},
        Resend{"New", {}, "", "2026-11-24T10:00:00Z"},
        Resend{"SentBefore",
               {{"invitation", {{"resendAt", "2026-11-24T09:59:59Z"}}}},
               "PendingInvitation",
               "2026-11-24T10:00:00Z"},
        Resend{"TheSameSecond",
               {{"invitation", {{"resendAt", "2026-11-24T10:00:00Z"}}}},
               "PendingInvitation",
               "unchanged"},
        Resend{"Accepted", {}, "Active", "jane@acme.example has accepted; there is no invitation to send again"},
        Resend{"Inactive",
               {},
               "Inactive",
               "jane@acme.example is Inactive; first: kubectl guildhall members activate jane -n acme"},
        Resend{"NoDelivery",
               {{"invitation", {{"delivery", "None"}}}},
               "PendingInvitation",
               "jane@acme.example was invited with delivery None; set spec.invitation.delivery to Email or Link "
               "instead"}),
    [](const auto& info) { return info.param.name; });

TEST(ChooseMemberTest, FindsTheOneOfAnEmail) {
  const std::vector<nlohmann::json> members{member_json("ada"), member_json("jane"),
                                            member_json("jane-2", {{"email", "jane@acme.example"}})};
  EXPECT_EQ(text_at(*choose_member(members, "ada@acme.example", "acme"), "/metadata/name"), "ada");
  EXPECT_EQ(text_at(*choose_member(members, "Ada@ACME.example", "acme"), "/metadata/name"), "ada");
  EXPECT_EQ(choose_member(members, "jane@acme.example", "acme").error().message,
            "several Members have the email jane@acme.example; name one: jane, jane-2");
  EXPECT_EQ(choose_member(members, "x@acme.example", "acme").error().message,
            "no Member in acme has the email x@acme.example. See who is there: kubectl guildhall members list -n acme");
}

}  // namespace
}  // namespace guildhall::plugin
