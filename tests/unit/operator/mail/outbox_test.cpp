#include "operator/mail/outbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "tests/unit/operator/mail/sample_mail.hpp"

namespace guildhall::mail {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr OutboxLimits kPatient{
    .threads = 2, .for_one_organization = 2, .at_the_door = std::chrono::hours(1), .finished = 100};

/// Does what the test says for each subject; what it says nothing of is delivered when released.
class ScriptedTransport final : public Transport {
 public:
  using Script = std::function<Outcome(const Release&, const std::stop_token&)>;

  void say(const std::string& subject, Script script) { scripts_[subject] = std::move(script); }

  Outcome send(const Message& message, const Release& release, const std::stop_token& stop) override {
    const auto found = scripts_.find(message.subject);
    if (found != scripts_.end()) return found->second(release, stop);
    if (!release()) return {.ending = Ending::Withheld, .words = {}};
    const std::scoped_lock lock(mutex_);
    sent_.push_back(message.subject);
    return {.ending = Ending::Delivered, .words = {}};
  }

  std::vector<std::string> sent() {
    const std::scoped_lock lock(mutex_);
    return sent_;
  }

 private:
  std::map<std::string, Script> scripts_;
  std::mutex mutex_;
  std::vector<std::string> sent_;
};

/// What an outbox tells.
class News {
 public:
  std::function<void()> about(Outbox& outbox, const std::string& id) {
    return [this, &outbox, id] {
      const Delivery seen = outbox.state(id);
      const std::scoped_lock lock(mutex_);
      stages_[id].push_back(seen.stage);
      told_.notify_all();
    };
  }

  void wait_for(const std::string& id, Stage stage) {
    std::unique_lock lock(mutex_);
    told_.wait(lock, [&] { return !stages_[id].empty() && stages_[id].back() == stage; });
  }

  std::vector<Stage> of(const std::string& id) {
    const std::scoped_lock lock(mutex_);
    return stages_[id];
  }

 private:
  std::mutex mutex_;
  std::condition_variable told_;
  std::map<std::string, std::vector<Stage>> stages_;
};

Message mail_of(const std::string& subject) {
  Message message = sample_mail();
  message.subject = subject;
  return message;
}

class OutboxTest : public testing::Test {
 protected:
  void hand_in(Outbox& outbox, const std::string& id) { hand_in_of("acme", outbox, id); }

  void hand_in_of(const std::string& organization, Outbox& outbox, const std::string& id) {
    outbox.hand_in(id, organization, mail_of(id), news_.about(outbox, id));
  }

  void hand_in_to_go(Outbox& outbox, const std::string& id) {
    outbox.hand_in(id, "acme-" + id, mail_of(id), [&outbox, id, tell = news_.about(outbox, id)] {
      outbox.release(id);
      tell();
    });
  }

  ScriptedTransport transport_;
  News news_;
};

/// Stands in a transport until it is stopped.
Outcome until_stopped(const std::stop_token& stop, Ending ending) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait(lock, stop, [] { return false; });
  return {.ending = ending, .words = "stopped"};
}

TEST_F(OutboxTest, AMailWaitsAtTheDoorUntilItIsReleased) {
  Outbox outbox(transport_, kPatient);
  EXPECT_EQ(outbox.state("a").stage, Stage::Unknown);
  hand_in(outbox, "a");
  news_.wait_for("a", Stage::AtTheDoor);
  EXPECT_THAT(transport_.sent(), IsEmpty());
  outbox.release("a");
  news_.wait_for("a", Stage::Delivered);
  EXPECT_THAT(transport_.sent(), ElementsAre("a"));
  EXPECT_THAT(news_.of("a"), ElementsAre(Stage::AtTheDoor, Stage::Delivered));
}

TEST_F(OutboxTest, AMailMayBeReleasedFromWithinTheNews) {
  Outbox outbox(transport_, kPatient);
  const auto tell = news_.about(outbox, "a");
  outbox.hand_in("a", "acme", mail_of("a"), [&] {
    if (outbox.state("a").stage == Stage::AtTheDoor) outbox.release("a");
    tell();
  });
  news_.wait_for("a", Stage::Delivered);
}

TEST_F(OutboxTest, AnEarlyReleaseIsNone) {
  std::atomic<bool> may_begin = false;
  transport_.say("a", [&](const Release& release, const std::stop_token&) {
    may_begin.wait(false);
    return Outcome{.ending = release() ? Ending::Delivered : Ending::Withheld, .words = {}};
  });
  Outbox outbox(transport_, {.threads = 1, .for_one_organization = 1, .at_the_door = milliseconds(1), .finished = 100});
  hand_in(outbox, "a");
  outbox.release("a");
  may_begin = true;
  may_begin.notify_all();
  news_.wait_for("a", Stage::Failed);
  EXPECT_EQ(outbox.state("a").failure.ending, Ending::Withheld);
}

TEST_F(OutboxTest, AKnownIdIsNotTakenTwice) {
  Outbox outbox(transport_, kPatient);
  hand_in(outbox, "a");
  outbox.hand_in("a", "acme", mail_of("another"), [] { ADD_FAILURE() << "told of the second"; });
  news_.wait_for("a", Stage::AtTheDoor);
  outbox.hand_in("a", "acme", mail_of("another"), [] { ADD_FAILURE() << "told of the second"; });
  outbox.release("a");
  news_.wait_for("a", Stage::Delivered);
  outbox.hand_in("a", "acme", mail_of("another"), [] { ADD_FAILURE() << "told of the second"; });
  outbox.stop(steady_clock::now());
  EXPECT_THAT(transport_.sent(), ElementsAre("a"));
}

TEST_F(OutboxTest, AFailureIsKeptWithItsWords) {
  const Outcome refused{.ending = Ending::Refused, .words = "550 no such user"};
  transport_.say("a", [&](const Release&, const std::stop_token&) { return Outcome(refused); });
  Outbox outbox(transport_, kPatient);
  hand_in(outbox, "a");
  news_.wait_for("a", Stage::Failed);
  EXPECT_EQ(outbox.state("a"), (Delivery{.stage = Stage::Failed, .failure = refused}));
  EXPECT_THAT(news_.of("a"), ElementsAre(Stage::Failed));
}

TEST_F(OutboxTest, NobodyWaitsAtTheDoorForLong) {
  Outbox outbox(transport_, {.threads = 1, .for_one_organization = 1, .at_the_door = milliseconds(1), .finished = 100});
  hand_in(outbox, "a");
  news_.wait_for("a", Stage::Failed);
  EXPECT_EQ(outbox.state("a").failure.ending, Ending::Withheld);
  EXPECT_THAT(transport_.sent(), IsEmpty());
}

TEST_F(OutboxTest, WhatIsWithdrawnAtTheDoorIsNotSentAndForgotten) {
  Outbox outbox(transport_, kPatient);
  hand_in(outbox, "a");
  news_.wait_for("a", Stage::AtTheDoor);
  outbox.withdraw("a");
  EXPECT_EQ(outbox.state("a").stage, Stage::Unknown);
  outbox.release("a");
  outbox.stop(steady_clock::now() + Outbox::kStopPatience);
  EXPECT_THAT(transport_.sent(), IsEmpty());
  EXPECT_THAT(news_.of("a"), ElementsAre(Stage::AtTheDoor));
}

TEST_F(OutboxTest, WhatIsWithdrawnFromTheQueueIsNotSent) {
  Outbox outbox(transport_,
                {.threads = 1, .for_one_organization = 1, .at_the_door = std::chrono::hours(1), .finished = 100});
  hand_in(outbox, "first");
  hand_in(outbox, "second");
  news_.wait_for("first", Stage::AtTheDoor);
  EXPECT_EQ(outbox.state("second").stage, Stage::Queued);
  outbox.withdraw("second");
  EXPECT_EQ(outbox.state("second").stage, Stage::Unknown);
  outbox.release("first");
  news_.wait_for("first", Stage::Delivered);
  outbox.stop(steady_clock::now());
  EXPECT_THAT(transport_.sent(), ElementsAre("first"));
  EXPECT_THAT(news_.of("second"), IsEmpty());
}

TEST_F(OutboxTest, WhatIsWithdrawnUnderWayIsStopped) {
  std::promise<void> begun;
  transport_.say("a", [&](const Release&, const std::stop_token& stop) {
    begun.set_value();
    return until_stopped(stop, Ending::Withheld);
  });
  Outbox outbox(transport_,
                {.threads = 1, .for_one_organization = 1, .at_the_door = std::chrono::hours(1), .finished = 100});
  hand_in(outbox, "a");
  begun.get_future().wait();
  EXPECT_EQ(outbox.state("a").stage, Stage::UnderWay);
  outbox.withdraw("a");
  hand_in(outbox, "b");
  news_.wait_for("b", Stage::AtTheDoor);
  EXPECT_THAT(news_.of("a"), IsEmpty());
}

TEST_F(OutboxTest, AWithdrawnIdMayBeHandedInAgain) {
  News again;
  Outbox outbox(transport_, kPatient);
  hand_in(outbox, "a");
  news_.wait_for("a", Stage::AtTheDoor);
  outbox.withdraw("a");
  outbox.hand_in("a", "acme", mail_of("a again"), again.about(outbox, "a"));
  again.wait_for("a", Stage::AtTheDoor);
  outbox.release("a");
  again.wait_for("a", Stage::Delivered);
  EXPECT_THAT(transport_.sent(), ElementsAre("a again"));
}

TEST_F(OutboxTest, AStopWithholdsWhatIsNotReleased) {
  Outbox outbox(transport_,
                {.threads = 1, .for_one_organization = 1, .at_the_door = std::chrono::hours(1), .finished = 100});
  hand_in(outbox, "at the door");
  hand_in(outbox, "queued");
  news_.wait_for("at the door", Stage::AtTheDoor);
  outbox.stop(steady_clock::now() + std::chrono::hours(1));
  EXPECT_EQ(outbox.state("at the door").failure.ending, Ending::Withheld);
  EXPECT_EQ(outbox.state("queued"), (Delivery{.stage = Stage::Failed, .failure = {}}));
  EXPECT_THAT(news_.of("queued"), ElementsAre(Stage::Failed));
  EXPECT_THAT(transport_.sent(), IsEmpty());
  hand_in(outbox, "late");
  EXPECT_EQ(outbox.state("late").stage, Stage::Unknown);
}

TEST_F(OutboxTest, AStopWaitsForTheAnswerToWhatIsReleased) {
  std::promise<void> released;
  std::promise<void> answer;
  transport_.say("a", [&](const Release& release, const std::stop_token& stop) {
    EXPECT_TRUE(release());
    released.set_value();
    answer.get_future().wait();
    EXPECT_FALSE(stop.stop_requested());
    return Outcome{.ending = Ending::Delivered, .words = {}};
  });
  Outbox outbox(transport_, kPatient);
  hand_in(outbox, "a");
  hand_in(outbox, "b");
  news_.wait_for("a", Stage::AtTheDoor);
  news_.wait_for("b", Stage::AtTheDoor);
  outbox.release("a");
  released.get_future().wait();
  const std::jthread stopper([&] { outbox.stop(steady_clock::now() + std::chrono::hours(1)); });
  news_.wait_for("b", Stage::Failed);  // the stop has begun
  answer.set_value();
  news_.wait_for("a", Stage::Delivered);
}

TEST_F(OutboxTest, AStopDoesNotWaitLongerThanItsDeadline) {
  std::promise<void> released;
  transport_.say("a", [&](const Release& release, const std::stop_token& stop) {
    EXPECT_TRUE(release());
    released.set_value();
    return until_stopped(stop, Ending::Uncertain);
  });
  Outbox outbox(transport_, kPatient);
  hand_in(outbox, "a");
  news_.wait_for("a", Stage::AtTheDoor);
  outbox.release("a");
  released.get_future().wait();
  outbox.stop(steady_clock::now());
  EXPECT_EQ(outbox.state("a").failure.ending, Ending::Uncertain);
}

TEST_F(OutboxTest, ForgetsTheOldestOfTooManyFinished) {
  const auto refuse = [](const Release&, const std::stop_token&) {
    return Outcome{.ending = Ending::Refused, .words = {}};
  };
  Outbox outbox(transport_,
                {.threads = 1, .for_one_organization = 1, .at_the_door = std::chrono::hours(1), .finished = 2});
  for (const char* id : {"a", "b", "c"}) {
    transport_.say(id, refuse);
  }
  for (const char* id : {"a", "b", "c"}) {
    hand_in(outbox, id);
    news_.wait_for(id, Stage::Failed);
  }
  EXPECT_EQ(outbox.state("a").stage, Stage::Unknown);
  EXPECT_EQ(outbox.state("b").stage, Stage::Failed);
  EXPECT_EQ(outbox.state("c").stage, Stage::Failed);
}

TEST_F(OutboxTest, SlowRecipientsOfOneOrganizationDoNotHoldTheMailsOfAnother) {
  const auto slow = [](const Release&, const std::stop_token& stop) { return until_stopped(stop, Ending::Withheld); };
  const std::vector<std::string> slow_ones = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
  for (const std::string& id : slow_ones)
    transport_.say(id, slow);
  Outbox outbox(transport_);
  for (const std::string& id : slow_ones)
    hand_in_of("acme", outbox, id);
  hand_in_of("globex", outbox, "theirs");
  news_.wait_for("theirs", Stage::AtTheDoor);
  EXPECT_EQ(outbox.state("2").stage, Stage::UnderWay);
  EXPECT_EQ(outbox.state("3").stage, Stage::Queued);
  outbox.stop(steady_clock::now() + std::chrono::hours(1));
  EXPECT_EQ(outbox.state("9").failure.ending, Ending::Withheld);
}

TEST_F(OutboxTest, TheNextOfAnOrganizationBeginsWhenOneOfItsMailsHasEnded) {
  Outbox outbox(transport_, {.threads = 4, .for_one_organization = 1, .at_the_door = std::chrono::hours(1)});
  for (const char* id : {"first", "second", "third"})
    hand_in_of("acme", outbox, id);
  news_.wait_for("first", Stage::AtTheDoor);
  outbox.release("first");
  news_.wait_for("second", Stage::AtTheDoor);
  EXPECT_EQ(outbox.state("third").stage, Stage::Queued);
  outbox.withdraw("second");
  news_.wait_for("third", Stage::AtTheDoor);
}

TEST_F(OutboxTest, ManyMailsFromManyThreadsAreEachSentOnce) {
  constexpr int kMails = 50;
  constexpr int kThreads = 4;
  Outbox outbox(
      transport_,
      {.threads = kThreads, .for_one_organization = kThreads, .at_the_door = std::chrono::hours(1), .finished = 100});
  const auto hand_in_all = [&] {
    for (int i = 0; i < kMails; ++i)
      hand_in_to_go(outbox, std::to_string(i));
  };
  {
    std::vector<std::jthread> crowd;
    crowd.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i)
      crowd.emplace_back(hand_in_all);
  }
  for (int i = 0; i < kMails; ++i)
    news_.wait_for(std::to_string(i), Stage::Delivered);
  EXPECT_EQ(transport_.sent().size(), kMails);
}

}  // namespace
}  // namespace guildhall::mail
