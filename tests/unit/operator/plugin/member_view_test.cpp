#include "operator/plugin/member_view.hpp"

#include <gtest/gtest.h>

#include "tests/unit/operator/plugin/members.hpp"

namespace guildhall::plugin {
namespace {

TEST(MemberViewTest, ReadsWhatTheCommandsNeed) {
  const MemberView member = view(
      "jane",
      {{"displayName", "Jane"}, {"subjects", {{{"kind", "ServiceAccount"}, {"name", "bot"}, {"namespace", "acme"}}}}},
      {{"lastActiveAt", "2026-11-24T10:12:00Z"},
       {"authMethods", {"OIDC"}},
       {"invitation", {{"expiresAt", "2026-11-25T10:12:00Z"}, {"secret", {{"name", "jane-invitation"}}}}}});
  EXPECT_EQ(name_of(member), "member.guildhall.dev/jane");
  EXPECT_EQ(member.email, "jane@acme.example");
  EXPECT_EQ(member.display_name, "Jane");
  EXPECT_EQ(member.phase, "Active");
  EXPECT_EQ(member.ready, "True");
  EXPECT_TRUE(member.current);
  EXPECT_FALSE(member.stalled);
  EXPECT_EQ(member.subjects.at(0).ns, "acme");
  EXPECT_EQ(member.auth_methods, std::vector<std::string>{"OIDC"});
  EXPECT_EQ(member.link_secret, "jane-invitation");
  EXPECT_EQ(core::format_timestamp(member.expires_at.value()), "2026-11-25T10:12:00Z");
}

TEST(MemberViewTest, AConditionOfAnEarlierSpecIsNotCurrent) {
  auto member = member_json("jane");
  member["metadata"]["generation"] = 4;
  EXPECT_FALSE(member_view(member).current);
}

TEST(MemberViewTest, WhatIsNotThereOrIsNoTextReadsAsNothing) {
  const MemberView member = member_view({{"metadata", {{"name", "jane"}}}, {"spec", {{"role", 7}, {"subjects", "x"}}}});
  EXPECT_EQ(member.role, "");
  EXPECT_EQ(member.state, "Active");
  EXPECT_EQ(member.delivery, "Email");
  EXPECT_EQ(member.ready, "");
  EXPECT_FALSE(member.current);
  EXPECT_EQ(member_view(nullptr).key.name, "");
}

}  // namespace
}  // namespace guildhall::plugin
