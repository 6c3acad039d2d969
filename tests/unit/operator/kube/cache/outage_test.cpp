#include "operator/kube/outage.hpp"

#include <gtest/gtest.h>

#include <string>

#include "operator/core/result.hpp"

namespace guildhall::kube {
namespace {

using core::ErrorKind;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr bool kList = true;
constexpr bool kWatch = false;

class OutageTest : public testing::Test {
 protected:
  bool fails(bool listing, ErrorKind kind) {
    return outage_.fails(listing, core::fail(kind, "message " + std::to_string(++serial_)).error(), now_);
  }

  Outage outage_;
  Outage::Time now_{std::chrono::hours(1)};
  int serial_ = 0;
};

TEST_F(OutageTest, AListThatFailsIsToldAtOnceAndThenSeldom) {
  EXPECT_TRUE(fails(kList, ErrorKind::Unavailable));
  now_ += minutes(5) - seconds(1);
  EXPECT_FALSE(fails(kList, ErrorKind::Unavailable)) << "messages may differ, the failure is the same";
  now_ += seconds(1);
  EXPECT_TRUE(fails(kList, ErrorKind::Unavailable));
  now_ += seconds(1);
  EXPECT_FALSE(fails(kList, ErrorKind::Unavailable));
}

TEST_F(OutageTest, AnotherFailureIsToldAtOnce) {
  EXPECT_TRUE(fails(kList, ErrorKind::Unavailable));
  EXPECT_TRUE(fails(kList, ErrorKind::Forbidden));
  EXPECT_TRUE(fails(kWatch, ErrorKind::Forbidden));
  EXPECT_FALSE(fails(kWatch, ErrorKind::Forbidden));
}

TEST_F(OutageTest, AWatchThatComesBackSoonIsNotWorthAWord) {
  EXPECT_FALSE(fails(kWatch, ErrorKind::Unavailable));
  now_ += seconds(29);
  EXPECT_FALSE(fails(kWatch, ErrorKind::Timeout));
  EXPECT_EQ(outage_.ends(now_), std::nullopt);
  now_ += seconds(29);
  EXPECT_FALSE(fails(kWatch, ErrorKind::Unavailable));
}

TEST_F(OutageTest, AWatchThatStaysAwayIsTold) {
  EXPECT_FALSE(fails(kWatch, ErrorKind::Unavailable));
  now_ += seconds(30);
  EXPECT_TRUE(fails(kWatch, ErrorKind::Unavailable));
}

TEST_F(OutageTest, AWatchThatTimeDoesNotMendIsToldAtOnce) {
  EXPECT_TRUE(fails(kWatch, ErrorKind::NotFound));
  EXPECT_TRUE(fails(kWatch, ErrorKind::Unauthorized)) << "nobody accepts us any more";
}

TEST_F(OutageTest, ItsEndIsToldWhenItWasAndBeginsAnew) {
  EXPECT_FALSE(outage_.lasts());
  EXPECT_EQ(outage_.ends(now_), std::nullopt);
  EXPECT_TRUE(fails(kList, ErrorKind::NotFound));
  EXPECT_TRUE(outage_.lasts());
  now_ += seconds(7);
  EXPECT_EQ(outage_.ends(now_), seconds(7));
  EXPECT_FALSE(outage_.lasts());
  EXPECT_TRUE(fails(kList, ErrorKind::NotFound));
}

}  // namespace
}  // namespace guildhall::kube
