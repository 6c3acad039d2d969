#include "operator/core/audit_action.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace guildhall::core {
namespace {

TEST(AuditActions, HaveOneNameEachThatBeginsWithAKind) {
  std::set<std::string_view> names;
  for (const AuditAction& action : audit_actions()) {
    EXPECT_TRUE(names.insert(action.name).second) << action.name;
    EXPECT_TRUE(action.name.starts_with(action.kind)) << action.name;
    EXPECT_FALSE(action.says.empty()) << action.name;
    EXPECT_EQ(find_audit_action(action.name), &action);
  }
  EXPECT_EQ(find_audit_action("MemberPromoted"), nullptr);
}

TEST(AuditActions, OfRefusalsAreWarnings) {
  for (const AuditAction& action : audit_actions()) {
    if (action.outcome != AuditOutcome::Refused) continue;
    EXPECT_EQ(action.severity, AuditSeverity::Warning) << action.name;
  }
}

/// Of docs/audit.md.
std::string line_of(const AuditAction& action) {
  return fmt::format("| `{}` | {}{} | {} | {} |\n", action.name, action.says,
                     action.once_a_minute ? " (once a minute)" : "",
                     action.severity == AuditSeverity::Warning ? "Warning" : "Normal", word_of(action.outcome));
}

TEST(AuditActions, StandInTheDocumentation) {
  std::ifstream file(GUILDHALL_SOURCE_DIR "/docs/audit.md");
  const std::string documentation((std::istreambuf_iterator<char>(file)), {});
  std::string table = "| action | is told when | Event | outcome |\n|---|---|---|---|\n";
  for (const AuditAction& action : audit_actions())
    table += line_of(action);
  EXPECT_TRUE(documentation.ends_with(table)) << "docs/audit.md is to end with this table:\n" << table;
}

struct Case {
  const char* kind;
  const char* field;
  const char* new_value;
  const char* action;
};

class ActionOfChange : public ::testing::TestWithParam<Case> {};

TEST_P(ActionOfChange, Is) {
  const Case& one = GetParam();
  const AuditAction* action = action_of_change(one.kind, {one.field, "", one.new_value});
  ASSERT_NE(action, nullptr);
  EXPECT_EQ(action->name, one.action);
}

INSTANTIATE_TEST_SUITE_P(
    Of, ActionOfChange,
    ::testing::Values(Case{"Organization", "object", "created", "OrganizationCreated"},
                      Case{"Organization", "spec.displayName", "\"x\"", "OrganizationRenamed"},
                      Case{"Organization", "spec.state", "\"Suspended\"", "OrganizationSuspended"},
                      Case{"Organization", "spec.state", "\"Active\"", "OrganizationResumed"},
                      Case{"Organization", "spec.apiKeys.maxKeys", "7", "OrganizationApiKeySettingsChanged"},
                      Case{"Organization", "spec.displayNames", "", "OrganizationSettingsChanged"},
                      Case{"Organization", "spec.new.field", "", "OrganizationSettingsChanged"},
                      Case{"Member", "spec.role", "\"Admin\"", "MemberRoleChanged"},
                      Case{"Member", "spec.state", "\"Inactive\"", "MemberDeactivated"},
                      Case{"Member", "spec.state", "\"Active\"", "MemberActivated"},
                      Case{"Member", "spec.invitation.resendAt", "\"x\"", "MemberInvitationResent"},
                      Case{"Member", "spec.invitation.delivery", "\"Link\"", "MemberUpdated"},
                      Case{"ApiKey", "spec.revoked", "true", "ApiKeyRevoked"},
                      Case{"ApiKey", "spec.rotateAt", "\"x\"", "ApiKeyRotationRequested"},
                      Case{"ApiKey", "spec.rotation.every", "\"30d\"", "ApiKeyRotationChanged"},
                      Case{"ApiKey", "spec.displayName", "\"x\"", "ApiKeyUpdated"}),
    [](const auto& info) { return std::string(info.param.action) + std::to_string(info.index); });

TEST(ActionOfChange, OfAKindThatHasNoneIsNone) {
  EXPECT_EQ(action_of_change("Secret", {"spec.x", "", ""}), nullptr);
}

}  // namespace
}  // namespace guildhall::core
