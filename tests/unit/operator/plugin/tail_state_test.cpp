#include "operator/plugin/tail_state.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace guildhall::plugin {
namespace {

using core::ErrorKind;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr milliseconds kAtOnce{10};
constexpr milliseconds kLong{300'000};

nlohmann::json at_row(int row) {
  return {{"metadata", {{"resourceVersion", std::to_string(row)}}}};
}

core::Result<void> failure(ErrorKind kind) {
  return core::fail(kind, "no luck");
}

TEST(TailStateTest, GoesOnFromTheLastRowThatItSaw) {
  TailState state("5");
  EXPECT_EQ(state.version(), "5");
  EXPECT_TRUE(state.pass(at_row(7)));
  EXPECT_EQ(state.version(), "7");
  EXPECT_TRUE(state.pass(at_row(10))) << "a bookmark";
  EXPECT_EQ(state.version(), "10");
}

TEST(TailStateTest, ShowsNothingTwice) {
  TailState state("5");
  EXPECT_FALSE(state.pass(at_row(5)));
  EXPECT_TRUE(state.pass(at_row(6)));
  EXPECT_FALSE(state.pass(at_row(6)));
  EXPECT_FALSE(state.pass(at_row(2)));
  EXPECT_EQ(state.version(), "6");
  EXPECT_TRUE(state.pass(nlohmann::json::object())) << "rather twice than never";
  EXPECT_EQ(state.version(), "6");
}

TEST(TailStateTest, ListsAgainWhenTheVersionIsGoneAndShowsOnlyTheNews) {
  TailState state("5");
  const TailStep step = state.after(failure(ErrorKind::Gone), kAtOnce);
  EXPECT_FALSE(step.gives_up);
  EXPECT_EQ(step.wait, milliseconds(0));
  EXPECT_THAT(step.told, IsEmpty());
  ASSERT_TRUE(state.must_list());
  // Newest first is by time, not by row.
  EXPECT_TRUE(state.is_news(at_row(9)));
  EXPECT_FALSE(state.is_news(at_row(5)));
  EXPECT_TRUE(state.is_news(at_row(8)));
  EXPECT_TRUE(state.resume_at("11"));
  EXPECT_FALSE(state.must_list());
  EXPECT_EQ(state.version(), "11");
}

TEST(TailStateTest, SaysWhenTheLogWasPutBack) {
  TailState state("50");
  state.after(failure(ErrorKind::Gone), kAtOnce);
  EXPECT_FALSE(state.resume_at("7"));
  EXPECT_EQ(state.version(), "7");
  EXPECT_TRUE(state.pass(at_row(8)));
}

TEST(TailStateTest, DoesNotListAgainAndAgainWithoutAPause) {
  TailState state("5");
  state.after(failure(ErrorKind::Gone), kAtOnce);
  state.resume_at("6");
  EXPECT_GT(state.after(failure(ErrorKind::Gone), kAtOnce).wait, milliseconds(0));
  state.resume_at("6");
  state.pass(at_row(7));
  EXPECT_EQ(state.after(failure(ErrorKind::Gone), kLong).wait, milliseconds(0)) << "it had worked";
}

TEST(TailStateTest, AWatchThatTheServerEndsGoesOnAtOnce) {
  TailState state("5");
  const TailStep step = state.after({}, kLong);
  EXPECT_FALSE(step.gives_up);
  EXPECT_EQ(step.wait, milliseconds(0));
  EXPECT_THAT(step.told, IsEmpty());
  EXPECT_FALSE(state.must_list());
  state.pass(at_row(6));
  EXPECT_EQ(state.after({}, kAtOnce).wait, milliseconds(0));
}

TEST(TailStateTest, AWatchThatEndsAsItBeginsIsTrouble) {
  TailState state("5");
  EXPECT_GT(state.after({}, kAtOnce).wait, milliseconds(0));
}

TEST(TailStateTest, TriesALostConnectionAgainMoreAndMoreSlowlyAndSaysItOnce) {
  TailState state("5");
  const TailStep first = state.after(failure(ErrorKind::Unavailable), kAtOnce);
  EXPECT_EQ(first.wait, milliseconds(500));
  EXPECT_THAT(first.told, HasSubstr("no luck; trying again"));
  milliseconds before = first.wait;
  for (int i = 0; i < 20; ++i) {
    const TailStep next = state.after(failure(ErrorKind::Timeout), kLong);
    EXPECT_THAT(next.told, IsEmpty());
    EXPECT_GE(next.wait, before);
    EXPECT_LE(next.wait, milliseconds(30'000));
    before = next.wait;
  }
  EXPECT_EQ(before, milliseconds(30'000));
  state.pass(at_row(6));
  const TailStep anew = state.after(failure(ErrorKind::Unavailable), kLong);
  EXPECT_EQ(anew.wait, milliseconds(500));
  EXPECT_THAT(anew.told, HasSubstr("no luck"));
}

TEST(TailStateTest, WaitsAsLongAsTheServerAsksFor) {
  TailState state("5");
  core::Error error = failure(ErrorKind::TooManyRequests).error();
  error.retry_after = milliseconds(7'000);
  EXPECT_EQ(state.after(std::unexpected(error), kAtOnce).wait, milliseconds(7'000));
}

TEST(TailStateTest, GivesUpWhatTimeDoesNotMend) {
  for (const ErrorKind kind : {ErrorKind::Forbidden, ErrorKind::Unauthorized, ErrorKind::NotFound, ErrorKind::Invalid})
    EXPECT_TRUE(TailState("5").after(failure(kind), kLong).gives_up) << core::to_string(kind);
  for (const ErrorKind kind : {ErrorKind::Unavailable, ErrorKind::Timeout, ErrorKind::TooManyRequests, ErrorKind::Gone})
    EXPECT_FALSE(TailState("5").after(failure(kind), kLong).gives_up) << core::to_string(kind);
}

/// An API server answers before it has read its roles.
TEST(TailStateTest, DoesNotBelieveForAWhileWhatIsSaidAfterALostConnection) {
  TailState state("5");
  state.after(failure(ErrorKind::Unavailable), kLong);
  EXPECT_FALSE(state.after(failure(ErrorKind::Forbidden), kAtOnce).gives_up);
  EXPECT_FALSE(state.after(failure(ErrorKind::NotFound), kAtOnce).gives_up);
  EXPECT_TRUE(state.after(failure(ErrorKind::Invalid), kAtOnce).gives_up);
  milliseconds waited{0};
  TailStep step;
  while (!step.gives_up && waited < std::chrono::hours(1)) {
    step = state.after(failure(ErrorKind::Forbidden), kAtOnce);
    waited += step.wait;
  }
  EXPECT_GT(waited, std::chrono::seconds(30));
  EXPECT_LT(waited, std::chrono::minutes(2));
}

}  // namespace
}  // namespace guildhall::plugin
