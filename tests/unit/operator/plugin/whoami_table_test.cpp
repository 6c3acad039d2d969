#include "operator/plugin/whoami_table.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/operator/plugin/members.hpp"

namespace guildhall::plugin {
namespace {

const Caller kJane{.user = "jane@acme.example", .groups = {"acme-editors", "system:authenticated"}};

std::vector<OwnMember> own() {
  return own_members(kJane, {view("jane")});
}

TEST(WhoAmITest, SaysTheUserAndTheMembers) {
  EXPECT_EQ(who_am_i_text(kJane, own(), false),
            "User:   jane@acme.example\n\n"
            "NAMESPACE   MEMBER   ORGANIZATION   ROLE     PHASE\n"
            "acme        jane     acme           Editor   Active\n");
}

TEST(WhoAmITest, WideSaysGroupsAndByWhat) {
  EXPECT_EQ(who_am_i_text(kJane, own(), true),
            "User:   jane@acme.example\nGroups: acme-editors, system:authenticated\n\n"
            "NAMESPACE   MEMBER   ORGANIZATION   ROLE     PHASE    EMAIL               BY\n"
            "acme        jane     acme           Editor   Active   jane@acme.example   User jane@acme.example\n");
}

TEST(WhoAmITest, WhoIsNoMemberIsTheUserAlone) {
  EXPECT_EQ(who_am_i_text({.user = "x\x1b", .groups = {}}, {}, false), "User:   x\\x1b\n");
}

TEST(WhoAmITest, TheDocumentHasTheSame) {
  const auto document = who_am_i_document(kJane, own());
  EXPECT_EQ(document["user"], "jane@acme.example");
  EXPECT_EQ(document["groups"].size(), 2U);
  EXPECT_EQ(document["members"][0],
            nlohmann::json::parse(R"({"namespace": "acme", "name": "jane", "organization": "acme",
      "email": "jane@acme.example", "role": "Editor", "phase": "Active", "by": "User jane@acme.example", "self": true})"));
}

}  // namespace
}  // namespace guildhall::plugin
