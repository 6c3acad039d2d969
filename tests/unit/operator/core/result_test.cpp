#include "operator/core/result.hpp"

#include <gtest/gtest.h>

namespace guildhall::core {
namespace {

TEST(Fail, MakesAnErrorOfItsKindMessageAndObject) {
  const Result<int> result = fail(ErrorKind::Forbidden, "may not", "ApiKey acme/grafana");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::Forbidden);
  EXPECT_EQ(result.error().message, "may not");
  EXPECT_EQ(result.error().object, "ApiKey acme/grafana");
  EXPECT_EQ(result.error().cause, nullptr);
  EXPECT_FALSE(result.error().retry_after);
}

TEST(Fail, KeepsWhatTheCauseSaysAboutTryingAgain) {
  Error cause;
  cause.kind = ErrorKind::TooManyRequests;
  cause.message = "slow down";
  cause.reason = "TooManyRequests";
  cause.retry_after = std::chrono::milliseconds{1500};
  const Result<void> result = fail("listing ApiKeys", cause);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::TooManyRequests);
  EXPECT_EQ(result.error().reason, "TooManyRequests");
  EXPECT_EQ(result.error().retry_after, std::chrono::milliseconds{1500});
  EXPECT_EQ(result.error().describe(), "listing ApiKeys: slow down");
}

}  // namespace
}  // namespace guildhall::core
