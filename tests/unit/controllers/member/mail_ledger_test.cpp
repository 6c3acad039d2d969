// How many mails one Organization, and one address in it, may be sent.
#include "controllers/member/mail_ledger.hpp"

#include <gtest/gtest.h>

#include <string>

namespace guildhall::controllers::member {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

core::Timestamp noon() {
  return *core::parse_timestamp("2026-11-24T12:00:00Z");
}

std::string id(int number) {
  return "id-" + std::to_string(number);
}

TEST(MailLedger, HasRoomWhenNothingWasSent) {
  MailLedger ledger;
  EXPECT_EQ(ledger.free_from("acme", "jane@acme.example", "", noon()), noon());
}

TEST(MailLedger, OneAddressWaitsAMinute) {
  MailLedger ledger;
  ledger.record("acme", "jane@acme.example", id(1), noon());
  EXPECT_EQ(ledger.free_from("acme", "jane@acme.example", "", noon() + seconds{10}), noon() + minutes{1});
  EXPECT_EQ(ledger.free_from("acme", "joe@acme.example", "", noon() + seconds{10}), noon() + seconds{10});
  EXPECT_EQ(ledger.free_from("globex", "jane@acme.example", "", noon() + seconds{10}), noon() + seconds{10});
  EXPECT_EQ(ledger.free_from("acme", "jane@acme.example", "", noon() + minutes{1}), noon() + minutes{1});
}

TEST(MailLedger, OneThatIsOnItsWayIsNotInItsOwn) {
  MailLedger ledger;
  ledger.record("acme", "jane@acme.example", id(1), noon());
  EXPECT_EQ(ledger.free_from("acme", "jane@acme.example", id(1), noon()), noon());
}

TEST(MailLedger, TheHundredAndFirstWaitsUntilTheFirstIsAnHourOld) {
  MailLedger ledger;
  for (int i = 0; i < 100; ++i)
    ledger.record("acme", "a" + std::to_string(i), id(i), noon() + seconds{i});
  const core::Timestamp now = noon() + minutes{10};
  EXPECT_EQ(ledger.free_from("acme", "new", "", now), noon() + std::chrono::hours{1});
  EXPECT_EQ(ledger.free_from("globex", "new", "", now), now);
  ledger.forget("acme", id(50));
  EXPECT_EQ(ledger.free_from("acme", "new", "", now), now) << "one was not sent after all";
}

TEST(MailLedger, OfMoreThanAHundredAsManyMustLeaveAsAreTooMany) {
  MailLedger ledger;
  for (int i = 0; i < 103; ++i)
    ledger.record("acme", "a" + std::to_string(i), id(i), noon() + seconds{i});
  EXPECT_EQ(ledger.free_from("acme", "new", "", noon() + minutes{10}), noon() + seconds{3} + std::chrono::hours{1});
}

TEST(MailLedger, TheLaterTimeOfTheSameMailCounts) {
  MailLedger ledger;
  ledger.record("acme", "jane", id(1), noon() + seconds{30});
  ledger.record("acme", "jane", id(1), noon());
  EXPECT_EQ(ledger.free_from("acme", "jane", "", noon() + seconds{31}), noon() + seconds{90});
}

TEST(MailLedger, NeverMoreThanAHundredInAnyHour) {
  MailLedger ledger;
  std::vector<core::Timestamp> sent;
  core::Timestamp now = noon();
  for (int i = 0; i < 350; ++i) {
    now = std::max(now + seconds{1}, ledger.free_from("acme", "a" + std::to_string(i), "", now + seconds{1}));
    ledger.record("acme", "a" + std::to_string(i), id(i), now);
    sent.push_back(now);
  }
  for (std::size_t i = kMostMailsAnHour; i < sent.size(); ++i)
    EXPECT_GE(sent[i] - sent[i - kMostMailsAnHour], kMailHour) << i;
}

}  // namespace
}  // namespace guildhall::controllers::member
