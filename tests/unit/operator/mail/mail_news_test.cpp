#include "operator/mail/mail_news.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operator/runtime/fake_clock.hpp"
#include "tests/unit/operator/runtime/fake_metrics.hpp"

namespace guildhall::mail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FixedTransport final : public Transport {
 public:
  explicit FixedTransport(Outcome outcome) : outcome_(std::move(outcome)) {}
  Outcome send(const Message& /*message*/, const Release& /*release*/, const std::stop_token& /*stop*/) override {
    return outcome_;
  }

 private:
  Outcome outcome_;
};

class MailNewsTest : public testing::Test {
 protected:
  [[nodiscard]] double counted(const std::string& outcome) const {
    return metrics.value("guildhall_mails_total{outcome=\"" + outcome + "\"}");
  }

  void pass(std::chrono::seconds time) { clock.set(clock.now() + time); }

  tests::FakeMetrics metrics;
  tests::FakeWallClock clock;
  std::vector<std::string> warnings;
  MailNews news{metrics, clock, [this](const std::string& text) { warnings.push_back(text); }};
};

TEST_F(MailNewsTest, HasEachOutcomeBeforeTheFirstMail) {
  for (const char* outcome : {"Delivered", "Retry", "Refused", "Withheld", "Uncertain", "Unwritten"})
    EXPECT_TRUE(metrics.has(std::string("guildhall_mails_total{outcome=\"") + outcome + "\"}")) << outcome;
}

TEST_F(MailNewsTest, WarnsOfWhatSomebodyMustMend) {
  news.tell(Ending::Delivered, "");
  news.tell(Ending::Withheld, "");
  EXPECT_THAT(warnings, IsEmpty());
  for (const Ending ending : {Ending::Retry, Ending::Refused, Ending::Uncertain}) {
    pass(std::chrono::minutes{1});
    news.tell(ending, "535 no");
    EXPECT_THAT(warnings.back(), HasSubstr("(" + std::string(to_string(ending)) + "): 535 no"));
    EXPECT_EQ(counted(std::string(to_string(ending))), 1);
  }
  pass(std::chrono::minutes{1});
  news.tell_unwritten("{{bogus}}");
  EXPECT_THAT(warnings, SizeIs(4));
  EXPECT_EQ(counted("Unwritten"), 1);
}

TEST_F(MailNewsTest, WarnsOnceAMinuteAndCountsEach) {
  for (int i = 0; i < 3; ++i)
    news.tell(Ending::Retry, "no connection");
  pass(std::chrono::seconds{59});
  news.tell(Ending::Retry, "no connection");
  EXPECT_THAT(warnings, SizeIs(1));
  EXPECT_EQ(counted("Retry"), 4);
  pass(std::chrono::seconds{1});
  news.tell(Ending::Retry, "no connection");
  EXPECT_THAT(warnings, SizeIs(2));
}

TEST_F(MailNewsTest, IsToldOfWhatATransportDid) {
  FixedTransport refuses({.ending = Ending::Refused, .words = "550 no"});
  ToldTransport told(refuses, news);
  EXPECT_EQ(told.send({}, [] { return true; }, {}), (Outcome{.ending = Ending::Refused, .words = "550 no"}));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("550 no")));
}

}  // namespace
}  // namespace guildhall::mail
