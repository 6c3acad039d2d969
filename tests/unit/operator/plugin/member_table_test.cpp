#include "operator/plugin/member_table.hpp"

#include <gtest/gtest.h>

#include "tests/unit/operator/plugin/members.hpp"

namespace guildhall::plugin {
namespace {

const core::Timestamp kNow = *core::parse_timestamp("2026-11-24T10:15:00Z");

std::vector<MemberView> two() {
  return {view("ada", {{"role", "Admin"}, {"displayName", "Ada \x1b[31m"}},
               {{"lastActiveAt", "2026-11-24T10:12:00Z"},
                {"lastAction", "updated ApiKey grafana"},
                {"authMethods", {"ClientCertificate", "OIDC"}}}),
          view("jane", {}, not_ready("NoMailServer", "there is no mail server"))};
}

TEST(MemberTableTest, HasTheColumnsOfKubectl) {
  EXPECT_EQ(format_table(member_table(two(), {}, kNow)),
            "NAME   EMAIL               ROLE     PHASE               READY   LAST ACTIVE   AGE\n"
            "ada    ada@acme.example    Admin    Active              True    3m            23d\n"
            "jane   jane@acme.example   Editor   PendingInvitation   False   <none>        23d\n");
}

TEST(MemberTableTest, OfAllNamespacesTheNamespaceComesFirst) {
  const std::string text = format_table(member_table(two(), {.with_namespace = true, .wide = false}, kNow));
  EXPECT_TRUE(text.starts_with("NAMESPACE   NAME   EMAIL ")) << text;
  EXPECT_NE(text.find("\nacme        ada    ada@acme.example "), std::string::npos) << text;
}

TEST(MemberTableTest, WideTellsMoreAndNothingThatATerminalObeys) {
  EXPECT_EQ(format_table(member_table(two(), {.with_namespace = false, .wide = true}, kNow)),
            "NAME   EMAIL               ROLE     PHASE               READY   LAST ACTIVE   AGE   DISPLAY NAME   AUTH   "
            "       "
            "           LAST ACTION              MESSAGE\n"
            "ada    ada@acme.example    Admin    Active              True    3m            23d   Ada \\x1b[31m   "
            "ClientCertificate,OIDC   updated ApiKey grafana   all is in force\n"
            "jane   jane@acme.example   Editor   PendingInvitation   False   <none>        23d   <none>         <none> "
            "       "
            "           <none>                   there is no mail server\n");
}

}  // namespace
}  // namespace guildhall::plugin
