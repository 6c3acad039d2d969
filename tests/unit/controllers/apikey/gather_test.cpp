#include "controllers/apikey/gather.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/apikey/names.hpp"
#include "tests/unit/controllers/apikey/filled_caches.hpp"
#include "tests/unit/controllers/legible_seals.hpp"

namespace guildhall::controllers::apikey {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string payload_text() {
  return to_text(payload_of("acme/grafana", {"acme", "grafana"}));
}

json with_secret(const json& secret) {
  return {{"spec", {{"secret", secret}}}};
}

/// A key that had its token and its Secret in acme.
json issued() {
  return json::parse(R"({"status": {"phase": "Active", "organization": "acme",
    "keys": [{"id": "7kQ2mX9w", "hash": "00", "issuedAt": "2026-11-24T10:00:00Z", "state": "Current"}],
    "secret": {"name": "grafana", "namespaces": ["acme"]}}})");
}

/// A key whose token has its hash in the status and no Secret.
json issuing() {
  json object = issued();
  object["status"].erase("secret");
  object["status"]["phase"] = "Pending";
  object["status"]["keys"][0]["state"] = "Issuing";
  return object;
}

class Gather : public testing::Test {
 protected:
  /// Fills the caches, which is possible once.
  void fill() { filled.fill(); }
  Gatherer make_gatherer() {
    return {filled.caches,
            sealer_,
            {.secret =
                 [this](const core::ObjectKey& at) {
                   asked.push_back(at.to_string());
                   return at_place;
                 },
             .organization =
                 [this](const std::string& organization) {
                   asked.push_back(organization);
                   return organization_stands;
                 },
             .enforcement = trouble_of}};
  }
  [[nodiscard]] static std::optional<EnforcementTrouble> trouble_of(const std::string& organization,
                                                                    const std::string& api_key) {
    return EnforcementTrouble{.reason = "WriteRefused", .message = organization, .is_behind = api_key == "behind"};
  }
  core::Result<std::optional<Observed>> look(const std::string& name) {
    return make_gatherer().gather({"acme", name}, {});
  }
  Observed seen(const std::string& name) {
    auto found = look(name);
    EXPECT_TRUE(found && *found);
    return found && *found ? std::move(**found) : Observed{};
  }

  FilledCaches filled;
  core::Result<AtPlace> at_place = AtPlace::Nothing;
  core::Result<bool> organization_stands = false;
  std::vector<std::string> asked;  ///< of the server, in order

 private:
  LegibleSeals sealer_;
};

TEST_F(Gather, FindsNothingForAKeyThatIsGone) {
  fill();
  const auto found = look("gone");
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

TEST_F(Gather, TheOrganizationIsTheOneThatHasClaimedTheNamespace) {
  filled.organization("acme").ns("acme", "acme").api_key("grafana", 1).fill();
  const Observed found = seen("grafana");
  EXPECT_EQ(found.home, HomeState::Claimed);
  EXPECT_EQ(found.organization_name, "acme");
  EXPECT_THAT(asked, IsEmpty()) << "what the caches know is not asked";
}

TEST_F(Gather, ANamespaceThatNobodyWantsIsNoHome) {
  filled.organization("globex").ns("acme").api_key("grafana", 1).fill();
  EXPECT_EQ(seen("grafana").home, HomeState::NotAHome);
}

TEST_F(Gather, AClaimOfAFormerOrganizationOfThatNameIsNotYetOne) {
  filled.organization("acme").ns("acme", "acme", "u-former").api_key("grafana", 1).fill();
  EXPECT_EQ(seen("grafana").home, HomeState::Awaiting);
}

TEST_F(Gather, ASpannedNamespaceIsNoHome) {
  filled.organization("globex", {{"namespaces", {"acme"}}}).ns("acme", "globex").api_key("grafana", 1).fill();
  EXPECT_EQ(seen("grafana").home, HomeState::NotAHome);
}

TEST_F(Gather, AnOrganizationThatHasNotClaimedYetIsAwaited) {
  filled.organization("acme").ns("acme").api_key("grafana", 1).fill();
  EXPECT_EQ(seen("grafana").home, HomeState::Awaiting);
}

TEST_F(Gather, BeforeTokensAreWithdrawnTheServerIsAskedWhetherTheOrganizationIsGone) {
  filled.ns("acme").api_key("grafana", 1, issued()).fill();
  EXPECT_EQ(seen("grafana").home, HomeState::NoOrganization);
  organization_stands = true;
  EXPECT_EQ(seen("grafana").home, HomeState::Awaiting) << "the cache was filled from old news";
  organization_stands = core::fail(core::ErrorKind::Unavailable, "no answer");
  EXPECT_FALSE(look("grafana")) << "a failed look withdraws nothing";
  EXPECT_THAT(asked, ElementsAre("acme", "acme", "acme"));
}

TEST_F(Gather, TheOwnerIsAMemberThatStays) {
  filled.organization("acme")
      .ns("acme", "acme")
      .member("jane")
      .member("bob", "Inactive")
      .leaving_member("eve")
      .invited_member("kim");
  for (const char* owner : {"jane", "bob", "eve", "kim", "nobody"})
    filled.api_key(owner, 1, {{"spec", {{"owner", {{"name", owner}}}}}});
  fill();
  EXPECT_EQ(seen("jane").owner, (SeenOwner{.email = "jane@acme.example", .active = true}));
  EXPECT_EQ(seen("bob").owner, (SeenOwner{.email = "bob@acme.example", .active = false}));
  EXPECT_EQ(seen("kim").owner, (SeenOwner{.email = "kim@acme.example", .active = false, .accepted = false}));
  EXPECT_EQ(seen("eve").owner, std::nullopt) << "it is being deleted";
  EXPECT_EQ(seen("nobody").owner, std::nullopt);
}

TEST_F(Gather, ACopyNeedsANamespaceThatIsListedClaimedAndThere) {
  filled.organization("acme", {{"namespaces", {"prod", "missing", "unclaimed", "taken"}}})
      .organization("globex")
      .ns("acme", "acme")
      .ns("taken", "globex")
      .ns("prod", "acme")
      .ns("unclaimed")
      .ns("other", "acme")
      .api_key("grafana", 1, with_secret({{"namespaces", {"prod", "missing", "unclaimed", "taken", "other"}}}))
      .fill();
  EXPECT_THAT(seen("grafana").copy_namespaces,
              ElementsAre(CopyNamespace{.name = "prod", .spanned = true, .usable = true},
                          CopyNamespace{.name = "missing", .spanned = true, .usable = false},
                          CopyNamespace{.name = "unclaimed", .spanned = true, .usable = false},
                          CopyNamespace{.name = "taken", .spanned = true, .usable = false, .taken = true},
                          CopyNamespace{.name = "other", .spanned = false, .usable = true}));
}

TEST_F(Gather, TheQuotaIsTheOrganizationsOwn) {
  filled.organization("acme", {{"apiKeys", {{"maxKeys", 1}}}})
      .ns("acme", "acme")
      .api_key("old", 2)
      .api_key("young", 1)
      .fill();
  const Gatherer gatherer = make_gatherer();
  EXPECT_FALSE(gatherer.is_over_quota(seen("old"), {}));
  EXPECT_TRUE(gatherer.is_over_quota(seen("young"), {}));
  EXPECT_TRUE(gatherer.is_over_quota(seen("old"), {{{"acme", "young"}, "k-young"}}));
}

TEST_F(Gather, TheOlderOfTwoKeysHasTheNameOfASecretThatIsNotThereYet) {
  filled.organization("acme").ns("acme", "acme");
  filled.api_key("old", 2, with_secret({{"name", "shared"}})).api_key("shared", 1).fill();
  EXPECT_EQ(seen("old").rival, "");
  EXPECT_EQ(seen("shared").rival, "old");
}

TEST_F(Gather, ARevokedKeyHoldsNoName) {
  filled.organization("acme").ns("acme", "acme");
  filled.api_key("old", 2, {{"spec", {{"secret", {{"name", "shared"}}}, {"revoked", true}}}}).api_key("shared", 1);
  fill();
  EXPECT_EQ(seen("shared").rival, "");
}

TEST_F(Gather, AnExpiredKeyHoldsNoName) {
  filled.organization("acme").ns("acme", "acme").api_key("shared", 1);
  filled.api_key("old", 2, {{"spec", {{"secret", {{"name", "shared"}}}}}, {"status", {{"phase", "Expired"}}}}).fill();
  EXPECT_EQ(seen("shared").rival, "");
}

TEST_F(Gather, AnOlderKeyThatWishesForTheNameLaterDoesNotHoldUpTheOneThatHasIt) {
  filled.organization("acme").ns("acme", "acme").secret("shared", "shared");
  filled.api_key("old", 2, with_secret({{"name", "shared"}})).api_key("shared", 1).fill();
  EXPECT_EQ(seen("shared").rival, "");
  const Observed old = seen("old");
  ASSERT_EQ(old.secrets.size(), 1U) << "the plan sees what stands in its way";
  EXPECT_FALSE(old.secrets.front().view.belongs_to("k-old"));
}

TEST_F(Gather, APayloadIsBelievedByItsSealOnly) {
  const std::string canonical = canonical_form(payload_text(), content_digest(json::object(), fake_codec()));
  const std::string good = *LegibleSeals().sign(kSealPurpose, canonical);
  filled.organization("acme").ns("acme", "acme").api_key("good", 1).api_key("forged", 1).api_key("unknown", 1);
  const auto put = [&](const char* name, const std::string& seal) {
    filled.secret(name, "", {{kPayloadAnnotation, payload_text()}, {kSealAnnotation, seal}});
  };
  put("good", good);
  put("forged", good + "x");
  put("unknown", "k2:" + good.substr(3));
  fill();
  const auto secret = [&](const std::string& key) { return seen(key).secrets.at(0); };
  ASSERT_TRUE(secret("good").payload);
  EXPECT_EQ(to_text(*secret("good").payload), payload_text());
  EXPECT_FALSE(secret("forged").payload || secret("unknown").payload);
  EXPECT_FALSE(secret("good").unknown_seal_key || secret("forged").unknown_seal_key);
  EXPECT_TRUE(secret("unknown").unknown_seal_key);
}

TEST_F(Gather, BeforeALostSecretIsReplacedTheServerIsAsked) {
  filled.organization("acme").ns("acme", "acme").api_key("grafana", 1, issued()).fill();
  EXPECT_FALSE(seen("grafana").foreign_secret);
  at_place = AtPlace::Foreign;
  EXPECT_TRUE(seen("grafana").foreign_secret);
  at_place = AtPlace::OurType;
  const auto behind = look("grafana");
  ASSERT_FALSE(behind) << "the cache is behind: no new token is drawn";
  EXPECT_EQ(behind.error().kind, core::ErrorKind::Unavailable);
  EXPECT_THAT(asked, ElementsAre("acme/grafana", "acme/grafana", "acme/grafana"));
}

TEST_F(Gather, BeforeASecretOfAFormerNameCountsAsLostTheServerIsAsked) {
  filled.organization("acme").ns("acme", "acme");
  json object = issued();
  object.merge_patch(with_secret({{"name", "new"}}));
  filled.api_key("grafana", 1, object).fill();
  EXPECT_FALSE(seen("grafana").foreign_secret);
  EXPECT_THAT(asked, ElementsAre("acme/new", "acme/grafana"));
  at_place = AtPlace::Foreign;
  EXPECT_TRUE(seen("grafana").foreign_secret);
  asked.clear();
  at_place = AtPlace::OurType;
  EXPECT_FALSE(look("grafana")) << "the cache is behind";
}

TEST_F(Gather, AFormerNameThatAnotherKeyHasByNowIsNotAskedFor) {
  filled.organization("acme").ns("acme", "acme").secret("grafana", "other").api_key("other", 1);
  json object = issued();
  object.merge_patch(with_secret({{"name", "new"}}));
  filled.api_key("grafana", 2, object).fill();
  at_place = AtPlace::Nothing;
  EXPECT_TRUE(look("grafana"));
  EXPECT_THAT(asked, ElementsAre("acme/new"));
}

TEST_F(Gather, BeforeASecretThatWasToBeWrittenIsTriedAgainTheServerIsAsked) {
  filled.organization("acme").ns("acme", "acme");
  filled.api_key("fresh", 1).api_key("tried", 1, issuing()).fill();
  at_place = AtPlace::Foreign;
  EXPECT_FALSE(seen("fresh").foreign_secret);
  EXPECT_TRUE(seen("tried").foreign_secret);
  EXPECT_THAT(asked, ElementsAre("acme/tried"));
}

TEST_F(Gather, TheServerIsAskedOfACopyThatIsNotThere) {
  filled.organization("acme", {{"namespaces", {"prod"}}}).ns("acme", "acme").ns("prod", "acme");
  filled.secret("grafana", "grafana");
  json object = issued();
  object.merge_patch(with_secret({{"namespaces", {"prod"}}}));
  filled.api_key("grafana", 1, object).fill();
  at_place = AtPlace::Foreign;
  const Observed found = seen("grafana");
  EXPECT_FALSE(found.foreign_secret);
  ASSERT_EQ(found.copy_namespaces.size(), 1U);
  EXPECT_TRUE(found.copy_namespaces.front().foreign);
  EXPECT_THAT(asked, ElementsAre("prod/grafana"));
}

TEST_F(Gather, LooksAtWhatElseIsToLetItIn) {
  const nlohmann::json asks = {{"namespaces", {"acme-edge"}},
                               {"adminOnlyNamespaces", {"acme-edge"}},
                               {"enforcement",
                                {{"vmauth", {{"secret", {{"name", "acme-vmauth"}, {"namespace", "acme-edge"}}}}},
                                 {"vmUsers", {{"namespace", "acme-edge"}}}}}};
  const std::string hash = fake_codec().sha256_hex("gld_mine");
  filled.organization("acme", asks)
      .ns("acme", "acme")
      .api_key(
          "grafana", 1,
          {{"status",
            {{"organization", "acme"},
             {"keys", {{{"id", "1"}, {"hash", hash}, {"issuedAt", "2026-11-24T10:00:00Z"}, {"state", "Current"}}}}}}})
      .vmauth("u-acme",
              "- name: \"other/1\"\n  bearer_token: gld_other\n"
              "- name: \"grafana/1\"\n  bearer_token: gld_mine\n")
      .beside_vmusers("gld_mine")
      .vmuser("u-acme", hash)
      .vmuser("u-globex", hash)
      .vmuser("", "of one that nobody owns")
      .fill();
  const auto enforcement = seen("grafana").enforcement;
  ASSERT_TRUE(enforcement);
  EXPECT_EQ(enforcement->secret, (core::ObjectKey{"acme-edge", "acme-vmauth"}));
  EXPECT_THAT(enforcement->let_in, ElementsAre(hash));
  EXPECT_THAT(enforcement->former, testing::IsEmpty());
  EXPECT_EQ(enforcement->vmusers_secret, (core::ObjectKey{"acme-edge", "guildhall-vmusers"}));
  EXPECT_THAT(enforcement->beside_vmusers, ElementsAre(hash));
  ASSERT_EQ(enforcement->vmusers.size(), 2U) << "not that of another Organization";
  EXPECT_EQ(enforcement->vmusers.front().hash, hash);
  EXPECT_EQ(enforcement->vmusers.back().hash, "of one that nobody owns") << "it lets in all the same";
  ASSERT_TRUE(enforcement->trouble);
  EXPECT_EQ(enforcement->trouble->reason, "WriteRefused");
  EXPECT_EQ(enforcement->trouble->message, "acme");
}

TEST_F(Gather, WhatIsLetInIsSaidWhoeverOwnsTheConfiguration) {
  filled
      .organization(
          "acme", {{"enforcement", {{"vmauth", {{"secret", {{"name", "acme-vmauth"}, {"namespace", "acme-edge"}}}}}}}})
      .ns("acme", "acme")
      .api_key("grafana", 1,
               {{"status",
                 {{"organization", "acme"},
                  {"keys",
                   {{{"id", "1"},
                     {"hash", fake_codec().sha256_hex("gld_mine")},
                     {"issuedAt", "2026-11-24T10:00:00Z"},
                     {"state", "Current"}}}}}}})
      .vmauth("u-globex", "- name: \"grafana/0\"\n  bearer_token: gld_forgotten\n")
      .fill();
  EXPECT_THAT(seen("grafana").enforcement->let_in, ElementsAre(fake_codec().sha256_hex("gld_forgotten")))
      << "a token that the status lists no more";
}

TEST_F(Gather, WhatAFormerPlaceLetsInIsSaidWhereNothingIsAskedForAnyMore) {
  filled.organization("acme")
      .ns("acme", "acme")
      .api_key("grafana", 1, {{"status", {{"organization", "acme"}}}})
      .api_key("other", 2, {{"status", {{"organization", "acme"}}}})
      .vmauth("u-acme", "- name: \"grafana/1\"\n  bearer_token: gld_mine\n")
      .fill();
  EXPECT_THAT(seen("grafana").enforcement->former, ElementsAre(core::ObjectKey{"acme-edge", "acme-vmauth"}));
  EXPECT_FALSE(seen("other").enforcement) << "it has none of its tokens";
}

}  // namespace
}  // namespace guildhall::controllers::apikey
