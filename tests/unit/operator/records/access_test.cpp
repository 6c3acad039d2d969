#include "operator/records/access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

namespace guildhall::records {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

User jane() {
  return {.name = "jane", .uid = "", .groups = {"editors", "system:authenticated"}, .extra = {}};
}

ApiPath entries(std::string ns, std::string name = {}) {
  return {.place = Place::Resource,
          .ns = std::move(ns),
          .resource = "auditentries",
          .name = std::move(name),
          .subresource = {}};
}

kube::AccessQuestion question(std::string ns = "acme", std::string_view verb = "list") {
  return question_of(jane(), verb, entries(std::move(ns)), "");
}

TEST(AnAccessQuestion, IsThatOfTheRequest) {
  const auto asked = question_of(jane(), "list", entries("acme"), "00ff");
  EXPECT_EQ(asked.user, "jane");
  EXPECT_EQ(asked.groups, jane().groups);
  EXPECT_EQ(asked.verb, "list");
  EXPECT_EQ(asked.group, "records.guildhall.dev");
  EXPECT_EQ(asked.resource, "auditentries");
  EXPECT_EQ(asked.ns, "acme");
  EXPECT_EQ(asked.name, "00ff");
  EXPECT_EQ(question_of(jane(), "get", entries("acme", "11"), "00ff").name, "11");
  User known = jane();
  known.uid = "u-1";
  known.extra = {{"scopes", {"view"}}};
  EXPECT_EQ(question_of(known, "list", entries("acme"), "").uid, "u-1");
  EXPECT_EQ(question_of(known, "list", entries("acme"), "").extra, known.extra);
}

TEST(ADenial, IsSaidAsTheApiServerDoes) {
  EXPECT_EQ(denial_of(question()),
            "User \"jane\" cannot list resource \"auditentries\" in API group \"records.guildhall.dev\" in the "
            "namespace \"acme\"");
  EXPECT_THAT(denial_of(question("")), HasSubstr("at the cluster scope"));
}

struct AnAccessCache : ::testing::Test {
  int asked = 0;
  core::Result<bool> answer = true;
  core::Timestamp now = *core::parse_timestamp("2026-11-24T10:00:00Z");
  AccessCache::Ask ask = [this](const kube::AccessQuestion&) {
    ++asked;
    return answer;
  };
};

TEST_F(AnAccessCache, AsksOnceInTenSeconds) {
  AccessCache cache(ask);
  EXPECT_TRUE(*cache.allows(question(), now));
  EXPECT_TRUE(*cache.allows(question(), now + seconds{9}));
  EXPECT_EQ(asked, 1);
  answer = false;
  EXPECT_FALSE(*cache.allows(question(), now + seconds{10}));
  EXPECT_EQ(asked, 2);
}

TEST_F(AnAccessCache, BelievesNothingLongerThanTenSeconds) {
  AccessCache cache(ask, {.allowed = seconds{3600}, .denied = seconds{3600}});
  EXPECT_TRUE(*cache.allows(question(), now));
  answer = false;
  EXPECT_FALSE(*cache.allows(question(), now + seconds{10}));
  answer = true;
  EXPECT_TRUE(*cache.allows(question(), now + seconds{20}));
}

TEST_F(AnAccessCache, BelievesARefusalAsLongAsItIsTold) {
  answer = false;
  AccessCache cache(ask, {.allowed = seconds{10}, .denied = seconds{2}});
  EXPECT_FALSE(*cache.allows(question(), now));
  answer = true;
  EXPECT_FALSE(*cache.allows(question(), now + seconds{1}));
  EXPECT_TRUE(*cache.allows(question(), now + seconds{2}));
  EXPECT_TRUE(*cache.allows(question(), now + seconds{11}));
  EXPECT_EQ(asked, 2);
}

TEST_F(AnAccessCache, HasAnAnswerForEachQuestion) {
  AccessCache cache(ask);
  std::vector<kube::AccessQuestion> questions(13, question());
  questions[1].user = "ada";
  questions[2].groups = {"editors"};
  questions[3].groups = {"editors,system:authenticated"};
  questions[4].verb = "watch";
  questions[5].group = "guildhall.dev";
  questions[6].resource = "signups";
  questions[7].ns = "globex";
  questions[8].name = "00ff";
  questions[9].uid = "u-1";
  questions[10].extra = {{"scopes", {"view"}}};
  questions[11].extra = {{"scopes", {"view", "edit"}}};
  questions[12].extra = {{"scope", {"view"}}};
  for (const auto& one : questions)
    EXPECT_TRUE(cache.allows(one, now));
  EXPECT_EQ(asked, 13);
}

TEST_F(AnAccessCache, DoesNotTakeOneFieldForAnother) {
  AccessCache cache(ask);
  kube::AccessQuestion one = question();
  one.ns = "acme4:list";
  one.name = "";
  kube::AccessQuestion other = question();
  other.ns = "acme";
  other.name = "4:list";
  EXPECT_TRUE(cache.allows(one, now));
  EXPECT_TRUE(cache.allows(other, now));
  EXPECT_EQ(asked, 2);
}

TEST_F(AnAccessCache, RemembersNoFailure) {
  AccessCache cache(ask);
  answer = core::fail(core::ErrorKind::Unavailable, "no API server");
  EXPECT_EQ(cache.allows(question(), now).error().kind, core::ErrorKind::Unavailable);
  answer = true;
  EXPECT_TRUE(*cache.allows(question(), now));
}

TEST_F(AnAccessCache, AsksAnewWhenTheClockWasSetBack) {
  AccessCache cache(ask);
  EXPECT_TRUE(*cache.allows(question(), now));
  answer = false;
  EXPECT_FALSE(*cache.allows(question(), now - seconds{1}));
}

TEST_F(AnAccessCache, ForgetsTheOldestWhenItIsFull) {
  AccessCache cache(ask, {}, 2);
  for (const char* ns : {"a", "b", "c"})
    EXPECT_TRUE(cache.allows(question(ns), now));
  EXPECT_EQ(asked, 3);
  EXPECT_TRUE(cache.allows(question("c"), now));
  EXPECT_TRUE(cache.allows(question("b"), now));
  EXPECT_EQ(asked, 3);
  EXPECT_TRUE(cache.allows(question("a"), now));
  EXPECT_EQ(asked, 4);
}

/// Asks for acme, which is allowed, and others, which are not; how many answers are wrong.
int ask_often(AccessCache& cache, int first, core::Timestamp now) {
  int wrong = 0;
  for (int round = 0; round < 200; ++round) {
    const int one = (round + first) % 5;
    const auto allowed = cache.allows(question(one == 0 ? "acme" : "n" + std::to_string(one)), now + seconds{round});
    wrong += allowed.value_or(one != 0) == (one == 0) ? 0 : 1;
  }
  return wrong;
}

TEST_F(AnAccessCache, IsAskedByManyAtOnce) {
  AccessCache cache([](const kube::AccessQuestion& one) -> core::Result<bool> { return one.ns == "acme"; }, {}, 3);
  std::atomic<int> wrong = 0;
  std::array<std::jthread, 4> threads;
  for (std::size_t i = 0; i < threads.size(); ++i)
    threads[i] = std::jthread([&, i] { wrong += ask_often(cache, static_cast<int>(i), now); });
  for (std::jthread& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace guildhall::records
