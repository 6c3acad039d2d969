#include "operator/http/date.hpp"

#include <gtest/gtest.h>

namespace guildhall::http {
namespace {

std::string date_of(const char* time) {
  return http_date(*core::parse_timestamp(time));
}

TEST(HttpDate, IsWrittenAsTheStandardSays) {
  EXPECT_EQ(date_of("1994-11-06T08:49:37Z"), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date_of("2026-02-28T23:59:59.999999Z"), "Sat, 28 Feb 2026 23:59:59 GMT");
  EXPECT_EQ(date_of("2028-02-29T00:00:00+01:00"), "Mon, 28 Feb 2028 23:00:00 GMT");
}

}  // namespace
}  // namespace guildhall::http
