#include "operator/plugin/changes.hpp"

#include <gtest/gtest.h>

#include "tests/unit/operator/plugin/members.hpp"

namespace guildhall::plugin {
namespace {

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
