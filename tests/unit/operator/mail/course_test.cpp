#include "operator/mail/course.hpp"

#include <gtest/gtest.h>

namespace guildhall::mail {
namespace {

struct CourseCase {
  std::string name;
  Course course;
  Outcome want;
};

class Judge : public testing::TestWithParam<CourseCase> {};

TEST_P(Judge, SaysWhatBecameOfTheMail) {
  const Outcome outcome = judge(GetParam().course);
  EXPECT_EQ(to_string(outcome.ending), to_string(GetParam().want.ending));
  EXPECT_EQ(outcome.words, GetParam().want.words);
}

Course course(std::optional<Reply> reply, Failure failure = Failure::Command) {
  return {.asked = false,
          .released = false,
          .stopped = false,
          .last_reply = std::move(reply),
          .replied_to_mail = false,
          .failure = failure,
          .words = "the library's words"};
}

Course released(std::optional<Reply> reply, bool to_mail = true) {
  Course result = course(std::move(reply));
  result.asked = result.released = true;
  result.replied_to_mail = to_mail;
  return result;
}

Course not_released(bool asked, bool stopped) {
  Course result = course(Reply{354, "354 go on"});
  result.asked = asked;
  result.stopped = stopped;
  return result;
}

INSTANTIATE_TEST_SUITE_P(
    All, Judge,
    testing::Values(
        CourseCase{"NeverHeardOf", course(std::nullopt, Failure::Other), {Ending::Retry, "the library's words"}},
        CourseCase{"LostAfterAGoodReply", course(Reply{250, "250 ok"}), {Ending::Retry, "the library's words"}},
        CourseCase{"Later", course(Reply{451, "451 later"}), {Ending::Retry, "451 later"}},
        CourseCase{"Never", course(Reply{550, "550 never"}), {Ending::Refused, "550 never"}},
        CourseCase{"LoginRefused", course(Reply{535, "535 no"}, Failure::Other), {Ending::Retry, "535 no"}},
        CourseCase{"LoginWanted", course(Reply{530, "530 who"}), {Ending::Retry, "530 who"}},
        CourseCase{"NoHello", course(Reply{554, "554 no"}, Failure::Other), {Ending::Retry, "554 no"}},
        CourseCase{"NotReleased", not_released(true, false), {Ending::Withheld, ""}},
        CourseCase{"StoppedBefore", not_released(false, true), {Ending::Withheld, ""}},
        CourseCase{"Taken", released(Reply{250, "250 taken"}), {Ending::Delivered, ""}},
        CourseCase{"AskedForMoreAfterTheEnd", released(Reply{354, "354 go on"}), {Ending::Uncertain, "354 go on"}},
        CourseCase{"TakenLater", released(Reply{421, "421 later"}), {Ending::Retry, "421 later"}},
        CourseCase{"NotTaken", released(Reply{554, "554 spam"}), {Ending::Refused, "554 spam"}},
        CourseCase{"NoAnswer", released(Reply{354, "354 go on"}, false), {Ending::Uncertain, "the library's words"}}),
    [](const auto& info) { return info.param.name; });

TEST(ReplyReader, JoinsTheLinesOfAReply) {
  ReplyReader reader;
  EXPECT_FALSE(reader.add("550-5.1.1 no\r\n"));
  EXPECT_FALSE(reader.add("550-such\r\n"));
  const auto reply = reader.add("550 user\r\n");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->code, 550);
  EXPECT_EQ(reply->words, "550 5.1.1 no such user");
  EXPECT_EQ(reader.add("250")->words, "250");
}

TEST(ReplyReader, PassesOverWhatIsNoReply) {
  ReplyReader reader;
  for (const char* line : {"", "2", "25", "25x ok", "999 ok", "100 ok", "hello"})
    EXPECT_FALSE(reader.add(line)) << line;
}

TEST(ReplyReader, KeepsNoEndlessReply) {
  ReplyReader reader;
  for (int i = 0; i < 10'000; ++i)
    EXPECT_FALSE(reader.add("250-" + std::string(100, 'x')));
  EXPECT_LT(reader.add("250 end")->words.size(), 5'000U);
}

}  // namespace
}  // namespace guildhall::mail
