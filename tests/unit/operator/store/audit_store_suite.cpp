#include "tests/unit/operator/store/audit_store_suite.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <thread>
#include <utility>

#include "tests/unit/operator/store/sample_entries.hpp"

namespace guildhall::store {

std::vector<core::RecordedEntry> AuditStoreSuite::append(const std::vector<core::AuditEntry>& entries) {
  auto added = store().append(entries);
  EXPECT_TRUE(added) << added.error().describe();
  return added ? *added : std::vector<core::RecordedEntry>();
}

std::vector<std::string> AuditStoreSuite::ids_that_fit(const core::AuditFilter& filter) {
  const auto page = store().page(filter, {}, 1000);
  EXPECT_TRUE(page) << page.error().describe();
  return page ? ids_of(page->entries) : std::vector<std::string>();
}

KnownOrganization AuditStoreSuite::known(const std::string& name) {
  const auto organizations = store().organizations();
  if (!organizations) {
    ADD_FAILURE() << organizations.error().describe();
    return {};
  }
  for (const KnownOrganization& one : *organizations) {
    if (one.organization.name == name) return one;
  }
  ADD_FAILURE() << name << " is not known";
  return {};
}

namespace {

using Filter = core::AuditFilter;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(AuditStoreSuite, IsEmptyAtFirst) {
  EXPECT_THAT(ids_that_fit({}), IsEmpty());
  EXPECT_EQ(*store().newest_row(), 0);
  EXPECT_THAT(*store().organizations(), IsEmpty());
  EXPECT_EQ(*store().recorded_after(0, {}, 10), (AuditTail{.entries = {}, .row = 0}));
  EXPECT_THAT(append({}), IsEmpty());
}

TEST_P(AuditStoreSuite, KeepsAnEntryAsItIs) {
  const core::AuditEntry entry = sample_entry("00ff");
  const auto added = append({entry});
  ASSERT_EQ(added.size(), 1U);
  EXPECT_EQ(added[0], (core::RecordedEntry{.entry = entry, .index = 0, .position = {.time = entry.time, .row = 1}}));
  reopen();
  EXPECT_EQ(*store().find("uid-of-acme", "00ff"), added[0]);
  EXPECT_EQ(*store().page({}, {}, 10), (AuditPage{.entries = added, .more = false}));
}

TEST_P(AuditStoreSuite, GivesEveryOrganizationIndexesOfItsOwn) {
  const auto added = append({entry_in("acme", "01"), entry_in("globex", "02"), entry_in("acme", "03")});
  ASSERT_EQ(added.size(), 3U);
  EXPECT_EQ(added[0].index, 0U);
  EXPECT_EQ(added[1].index, 0U);
  EXPECT_EQ(added[2].index, 1U);
  EXPECT_EQ(added[2].position.row, 3);
  reopen();
  const auto later = append({entry_in("acme", "04"), entry_in("globex", "05")});
  ASSERT_EQ(later.size(), 2U);
  EXPECT_EQ(later[0].index, 2U);
  EXPECT_EQ(later[1].index, 1U);
  EXPECT_EQ(later[1].position.row, 5);
}

TEST_P(AuditStoreSuite, SkipsWhatItKnows) {
  append({sample_entry("01")});
  EXPECT_THAT(ids_of(append({sample_entry("02"), sample_entry("01"), sample_entry("02"), sample_entry("03")})),
              ElementsAre("02", "03"));
  EXPECT_EQ(known("acme").next_index, 3U);
  EXPECT_EQ(*store().newest_row(), 3);
  EXPECT_THAT(append({sample_entry("03")}), IsEmpty());
}

TEST_P(AuditStoreSuite, SkipsWhatAnotherOrganizationHas) {
  append({entry_in("acme", "01")});
  EXPECT_THAT(append({entry_in("globex", "01")}), IsEmpty());
  EXPECT_THAT(ids_of(append({entry_in("globex", "01"), entry_in("initech", "02")})), ElementsAre("02"));
  EXPECT_EQ(store().organizations()->size(), 2U) << "globex has no entry";
}

TEST_P(AuditStoreSuite, TakesNothingOfABatchWithAnEntryThatIsNotComplete) {
  core::AuditEntry broken = sample_entry("02");
  broken.organization.uid.clear();
  const auto refused = store().append(std::vector{sample_entry("01"), broken});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, core::ErrorKind::Invalid);
  EXPECT_THAT(ids_that_fit({}), IsEmpty());
}

TEST_P(AuditStoreSuite, SaysWhichIdsItKnows) {
  append({sample_entry("01"), sample_entry("not hexadecimal"), sample_entry("0A")});
  const std::vector<std::string> ids = {"not hexadecimal", "02", "01", "0a", "0A", ""};
  EXPECT_THAT(*store().known(ids), ElementsAre("not hexadecimal", "01", "0A"));
}

TEST_P(AuditStoreSuite, FindsAnEntryInItsOwnLogOnly) {
  append({entry_in("acme", "01")});
  EXPECT_TRUE(store().find("uid-of-acme", "01")->has_value());
  EXPECT_FALSE(store().find("uid-of-globex", "01")->has_value());
  EXPECT_TRUE(store().find("", "01")->has_value());
  EXPECT_FALSE(store().find("uid-of-acme", "02")->has_value());
}

TEST_P(AuditStoreSuite, ShowsTheNewestFirst) {
  append({sample_entry("02", seconds(2)), sample_entry("01", seconds(1)), sample_entry("03", seconds(2)),
          sample_entry("99", -std::chrono::days(400)), sample_entry("98", std::chrono::days(9000))});
  EXPECT_THAT(ids_that_fit({}), ElementsAre("98", "03", "02", "01", "99"));
  EXPECT_THAT(ids_that_fit(where(&Filter::organization_uid, "uid-of-acme")), ElementsAre("98", "03", "02", "01", "99"));
}

TEST_P(AuditStoreSuite, PagesFollowEachOther) {
  append({sample_entry("01"), sample_entry("02"), sample_entry("03"), sample_entry("04", -std::chrono::days(30))});
  const auto first = *store().page({}, {}, 2);
  EXPECT_THAT(ids_of(first.entries), ElementsAre("03", "02"));
  EXPECT_TRUE(first.more);
  append({sample_entry("05"), sample_entry("06", -seconds(1))});
  const auto second = *store().page({}, first.entries.back().position, 2);
  EXPECT_THAT(ids_of(second.entries), ElementsAre("01", "06"));
  EXPECT_TRUE(second.more);
  const auto third = *store().page({}, second.entries.back().position, 1);
  EXPECT_THAT(ids_of(third.entries), ElementsAre("04"));
  EXPECT_FALSE(third.more) << "a page that is just full is the last one";
}

TEST_P(AuditStoreSuite, APageOfNothingSaysWhetherThereIsSomething) {
  EXPECT_EQ(*store().page({}, {}, 0), (AuditPage{.entries = {}, .more = false}));
  append({sample_entry("01")});
  EXPECT_EQ(*store().page({}, {}, 0), (AuditPage{.entries = {}, .more = true}));
}

TEST_P(AuditStoreSuite, AllOfThemMayBeOnePage) {
  append({sample_entry("01"), sample_entry("02")});
  EXPECT_EQ(store().page({}, {}, std::numeric_limits<std::size_t>::max())->entries.size(), 2U);
}

TEST_P(AuditStoreSuite, ShowsWhatFitsAFilter) {
  core::AuditEntry other = entry_in("globex", "02");
  other.action = "ApiKeyCreated";
  other.actor.email.clear();
  other.changes.clear();
  other.outcome = core::AuditOutcome::Refused;
  other.scope = core::AuditScope::Deployment;
  other.object = {.kind = "ApiKey", .name = "grafana", .uid = ""};
  other.time += std::chrono::days(20);
  append({sample_entry("01"), other});
  const std::vector<std::pair<core::AuditFilter, core::AuditFilter>> pairs = {
      {where(&Filter::organization_uid, "uid-of-acme"), where(&Filter::organization_uid, "uid-of-globex")},
      {where(&Filter::action, "MemberRoleChanged"), where(&Filter::action, "ApiKeyCreated")},
      {where(&Filter::email, "ada@acme.example"), where(&Filter::email, "")},
      {where(&Filter::outcome, core::AuditOutcome::Success), where(&Filter::outcome, core::AuditOutcome::Refused)},
      {where(&Filter::scope, core::AuditScope::Organization), where(&Filter::scope, core::AuditScope::Deployment)},
      {where(&Filter::object, "Member/jane"), where(&Filter::object, "ApiKey/grafana")},
      {where(&Filter::to, other.time), where(&Filter::from, other.time)},
      {where(&Filter::to, kNoon + std::chrono::microseconds(1)),
       where(&Filter::from, kNoon + std::chrono::microseconds(1))},
      {where(&Filter::text, "VIEWER"), where(&Filter::text, "grafana")}};
  for (const auto& [mine, theirs] : pairs) {
    EXPECT_THAT(ids_that_fit(mine), ElementsAre("01"));
    EXPECT_THAT(ids_that_fit(theirs), ElementsAre("02"));
  }
  EXPECT_THAT(ids_that_fit(where(&Filter::organization_uid, "uid-of-acme", &Filter::action, "ApiKeyCreated")),
              IsEmpty());
  EXPECT_THAT(ids_that_fit(where(&Filter::organization_uid, "acme")), IsEmpty()) << "the key is the UID";
  EXPECT_THAT(ids_that_fit(where(&Filter::object, "jane")), IsEmpty());
}

TEST_P(AuditStoreSuite, OfAnOrganizationThatIsGoneAndItsSuccessorEachHasItsLog) {
  core::AuditEntry later = entry_in("acme", "02");
  later.organization.uid = "uid-of-the-later-acme";
  append({entry_in("acme", "01"), later});
  EXPECT_THAT(ids_that_fit(where(&Filter::organization_uid, "uid-of-acme")), ElementsAre("01"));
  EXPECT_THAT(ids_that_fit(where(&Filter::organization_uid, later.organization.uid)), ElementsAre("02"));
  const auto organizations = *store().organizations();
  ASSERT_EQ(organizations.size(), 2U);
  EXPECT_EQ(organizations[0].organization.uid, "uid-of-acme");
  EXPECT_EQ(organizations[1].organization.uid, later.organization.uid);
}

TEST_P(AuditStoreSuite, TextIsPlainTextInEitherCase) {
  core::AuditEntry entry = sample_entry("01");
  entry.note = "100% of a_b \"quoted\" \\ \xC3\x84rger\n";
  append({entry});
  for (const char* text : {"100%", "A_B", "\"QUOTED\"", "\\ ", "\xC3\x84RGER", "\n", "member/JANE", "/", "er/ja",
                           "OIDC:ada", "ada@acme", "spec.ROLE", "viewer", "editor", "rolechanged"})
    EXPECT_THAT(ids_that_fit(where(&Filter::text, text)), ElementsAre("01")) << text;
  for (const char* text :
       {"10_%", "a%b", "uid-of-jane", "acme-home", "Admission", "\"id\"", "\xC3\xA4rger", "quoted\\", "jane/", "note"})
    EXPECT_THAT(ids_that_fit(where(&Filter::text, text)), IsEmpty()) << text;
}

TEST_P(AuditStoreSuite, ATextIsFoundFarFromTheNewest) {
  std::vector<core::AuditEntry> entries = many_entries(2500, seconds(1));
  entries[0].note = entries[1].note = "needle";
  append(entries);
  const auto page = *store().page(where(&Filter::text, "needle"), {}, 1);
  EXPECT_THAT(ids_of(page.entries), ElementsAre("many-1"));
  EXPECT_TRUE(page.more);
  EXPECT_THAT(ids_of(store().page(where(&Filter::text, "needle"), page.entries[0].position, 1)->entries),
              ElementsAre("many-0"));
  const auto tail = *store().recorded_after(1, where(&Filter::text, "needle"), 1);
  EXPECT_THAT(ids_of(tail.entries), ElementsAre("many-1"));
  EXPECT_EQ(tail.row, 2);
}

TEST_P(AuditStoreSuite, AScanShowsAllUntilItIsEnough) {
  const std::vector<core::AuditEntry> entries = many_entries(2500, seconds(0));
  append(entries);
  std::vector<core::RecordedEntry> seen;
  ASSERT_TRUE(store().scan({}, [&seen](core::RecordedEntry entry) {
    seen.push_back(std::move(entry));
    return true;
  }));
  EXPECT_EQ(seen, store().page({}, {}, 5000)->entries);
  int calls = 0;
  ASSERT_TRUE(store().scan({}, [&calls](const core::RecordedEntry&) { return ++calls < 1500; }));
  EXPECT_EQ(calls, 1500);
}

TEST_P(AuditStoreSuite, MayBeWrittenToDuringAScan) {
  append({sample_entry("01"), sample_entry("02")});
  std::vector<std::string> seen;
  ASSERT_TRUE(store().scan({}, [&](const core::RecordedEntry& one) {
    append({sample_entry("during-" + one.entry.id, seconds(1))});
    seen.push_back(one.entry.id);
    return true;
  }));
  EXPECT_THAT(seen, ElementsAre("02", "01"));
  EXPECT_EQ(*store().newest_row(), 4);
}

TEST_P(AuditStoreSuite, TellsWhatWasRecordedAfterARow) {
  append({entry_in("acme", "01"), entry_in("globex", "02"), entry_in("acme", "03"), entry_in("globex", "04")});
  const auto all = *store().recorded_after(1, {}, 2);
  EXPECT_THAT(ids_of(all.entries), ElementsAre("02", "03"));
  EXPECT_EQ(all.row, 3);
  const auto some = *store().recorded_after(0, where(&Filter::organization_uid, "uid-of-acme"), 10);
  EXPECT_THAT(ids_of(some.entries), ElementsAre("01", "03"));
  EXPECT_EQ(some.row, 4) << "04 was looked at";
  EXPECT_EQ(*store().recorded_after(0, where(&Filter::organization_uid, "nobody"), 10),
            (AuditTail{.entries = {}, .row = 4}));
  EXPECT_EQ(*store().recorded_after(9, {}, 10), (AuditTail{.entries = {}, .row = 9}));
  EXPECT_EQ(*store().recorded_after(1, {}, 0), (AuditTail{.entries = {}, .row = 1}));
}

TEST_P(AuditStoreSuite, KnowsAnOrganizationAsItsNewestEntryHasIt) {
  core::AuditEntry renamed = entry_in("acme", "02");
  renamed.organization.home = "elsewhere";
  append({entry_in("acme", "01"), entry_in("aaa", "00")});
  append({renamed});
  EXPECT_EQ(*store().organizations(),
            (std::vector<KnownOrganization>{
                {.organization = organization_of("aaa"), .first_index = 0, .next_index = 1, .trimmed_until = {}},
                {.organization = renamed.organization, .first_index = 0, .next_index = 2, .trimmed_until = {}}}));
}

TEST_P(AuditStoreSuite, KeepsMarks) {
  EXPECT_FALSE(store().marked("complete until")->has_value());
  ASSERT_TRUE(store().mark("complete until", "noon"));
  ASSERT_TRUE(store().mark("other", ""));
  ASSERT_TRUE(store().mark("complete until", "midnight"));
  reopen();
  EXPECT_EQ(*store().marked("complete until"), "midnight");
  EXPECT_EQ(*store().marked("other"), "");
}

TEST_P(AuditStoreSuite, KeepsWhatIsNoTextAsItsCanonicalFormHasIt) {
  core::AuditEntry entry = sample_entry("01");
  entry.actor.email = "a\xff@acme.example";
  const auto added = append({entry});
  ASSERT_EQ(added.size(), 1U);
  EXPECT_EQ(added[0].entry.actor.email, "a\xEF\xBF\xBD@acme.example");
  EXPECT_EQ(*store().find("uid-of-acme", "01"), added[0]);
  EXPECT_THAT(ids_that_fit(where(&Filter::email, added[0].entry.actor.email)), ElementsAre("01"));
}

TEST_P(AuditStoreSuite, ManyMayWriteAndReadAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kEach = 25;
  const auto write = [this](int thread) {
    for (int i = 0; i < kEach; ++i) {
      const std::string id = std::to_string(thread) + "-" + std::to_string(i);
      EXPECT_TRUE(store().append(std::vector{sample_entry(id), sample_entry("shared-" + std::to_string(i))}));
    }
  };
  const auto read = [this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto page = store().page({}, {}, 1000);
      ASSERT_TRUE(page);
      const auto newest = store().newest_row();
      ASSERT_TRUE(newest);
      EXPECT_LE(page->entries.size(), static_cast<std::size_t>(*newest));
    }
  };
  {
    const std::jthread reader(read);
    std::vector<std::jthread> writers;
    writers.reserve(kThreads);
    for (int thread = 0; thread < kThreads; ++thread)
      writers.emplace_back(write, thread);
  }
  const auto all = *store().recorded_after(0, {}, 1000);
  ASSERT_EQ(all.entries.size(), static_cast<std::size_t>(kThreads * kEach + kEach));
  for (std::size_t i = 0; i < all.entries.size(); ++i)
    EXPECT_EQ(all.entries[i].index, i);
}

}  // namespace
}  // namespace guildhall::store
