// Who enrolled or signed up: the Member for which an Organization was made.
#include <gtest/gtest.h>

#include "tests/unit/controllers/member/invitation_world.hpp"

namespace guildhall::controllers::member {
namespace {

using nlohmann::json;

struct Founding {
  std::string name;
  std::string creator;
  json subjects;
  bool is_accepted;
};

class Founder : public testing::TestWithParam<Founding> {};

TEST_P(Founder, IsAcceptedWhenItMadeItself) {
  InvitationWorld world;
  world.creator = GetParam().creator;
  json spec = {{"role", "Admin"}};
  if (!GetParam().subjects.is_null()) spec["subjects"] = GetParam().subjects;
  world.add_member("jane", spec);
  world.found_by("jane");
  world.settle();
  EXPECT_EQ(world.phase("jane"), GetParam().is_accepted ? "Active" : "PendingInvitation");
}

const json kJane = {{"kind", "User"}, {"name", "jane@acme.example"}};
const json kBot = {{"kind", "ServiceAccount"}, {"name", "bot"}, {"namespace", "acme"}};
const std::string kBotUser = "system:serviceaccount:acme:bot";
const Founding kFoundings[] = {
    {"AsTheUserOfItsEmail", "jane@acme.example", nullptr, true},
    {"AsThatUserBesideABot", "jane@acme.example", json::array({kJane, kBot}), true},
    {"AsTheBotThatItIs", kBotUser, json::array({kBot}), true},
    {"NotAsABotBesideSomebodyElse", kBotUser, json::array({kJane, kBot}), false},
    {"NotAsAnother", "ada@acme.example", nullptr, false},
    {"NotAsNobodyKnowsWho", "", nullptr, false},
};
INSTANTIATE_TEST_SUITE_P(Cases, Founder, testing::ValuesIn(kFoundings),
                         [](const auto& info) { return info.param.name; });

struct Signup {
  std::string name;
  organization::SignupRecord record;
  json annotations;
  bool is_accepted;
};

class FounderBySignup : public testing::TestWithParam<Signup> {};

TEST_P(FounderBySignup, IsAcceptedAtOnce) {
  InvitationWorld world;
  world.creator.clear();  // Guildhall made the Member, which nobody notes
  world.add_member("jane", {{"role", "Admin"}});
  world.member("jane")["metadata"]["annotations"] = GetParam().annotations;
  world.touch(world.member("jane"));
  world.signed_up(GetParam().record);
  world.settle();
  EXPECT_EQ(world.phase("jane"), GetParam().is_accepted ? "Active" : "PendingInvitation");
}

const organization::SignupRecord kRecord{.user = "jane@acme.example", .email = "jane@acme.example", .member = "jane"};
const json kOfAcme = {{organization::kFounderOfAnnotation, "u-acme"}};
const Signup kSignups[] = {
    {"AsTheUserWhoSignedUp", kRecord, kOfAcme, true},
    {"NotWhenSomebodyElseMadeTheMember", kRecord, json::object(), false},
    {"NotOfAFormerOrganization", kRecord, {{organization::kFounderOfAnnotation, "u-former"}}, false},
    {"NotAsAnotherMember",
     {.user = "jane@acme.example", .email = "jane@acme.example", .member = "joan"},
     kOfAcme,
     false},
    {"NotByAnotherEmail",
     {.user = "jane@acme.example", .email = "joan@acme.example", .member = "jane"},
     kOfAcme,
     false},
    {"NotAsAnotherUser", {.user = "eve@acme.example", .email = "jane@acme.example", .member = "jane"}, kOfAcme, false},
};
INSTANTIATE_TEST_SUITE_P(Cases, FounderBySignup, testing::ValuesIn(kSignups),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace guildhall::controllers::member
