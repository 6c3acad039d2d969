#include "operator/records/continue_token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "operator/kube/base64.hpp"

namespace guildhall::records {
namespace {

using ::testing::HasSubstr;

ContinuePoint point() {
  return {.after = {.time = *core::parse_timestamp("2026-11-24T10:00:00.000042Z"), .row = 41},
          .resource_version = 99,
          .query = query_mark("acme", "q=x")};
}

RC_GTEST_PROP(AContinueToken, GivesBackWhereItGoesOn,
              (std::int64_t time, std::int64_t row, std::int64_t version, std::uint32_t query)) {
  const ContinuePoint own{.after = {.time = core::Timestamp{std::chrono::microseconds{time}}, .row = row},
                          .resource_version = version,
                          .query = query};
  const std::string token = encode_continue(own);
  RC_ASSERT(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
            std::string::npos);
  const auto read = decode_continue(token, query);
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == own);
}

RC_GTEST_PROP(AContinueToken, OfAnyTextIsRefused, (const std::string& text)) {
  RC_ASSERT(!decode_continue(text, 0).has_value());
}

TEST(AContinueToken, ThatIsBrokenIsABadRequest) {
  const std::string whole = encode_continue(point());
  const std::string other_version = kube::encode_base64(R"({"v":"meta.k8s.io/v1","rv":1,"start":"a"})");
  const std::string without_row = kube::encode_base64(R"({"v":"guildhall.dev/1","time":1,"rv":1,"query":1})");
  const std::string fraction = kube::encode_base64(R"({"v":"guildhall.dev/1","time":1,"rv":1,"query":1,"row":1.5})");
  for (const std::string& token :
       {std::string("x"), whole.substr(1), whole + "=", other_version, without_row, fraction}) {
    const auto read = decode_continue(token, point().query);
    ASSERT_FALSE(read) << token;
    EXPECT_EQ(read.error().code, 400);
    EXPECT_EQ(read.error().reason, "BadRequest");
    EXPECT_THAT(read.error().message, HasSubstr("continue key is not valid"));
  }
}

TEST(AContinueToken, OfAnotherQueryIsABadRequest) {
  const std::string token = encode_continue(point());
  EXPECT_TRUE(decode_continue(token, query_mark("acme", "q=x")));
  EXPECT_THAT(decode_continue(token, query_mark("globex", "q=x")).error().message, HasSubstr("another query"));
  EXPECT_THAT(decode_continue(token, query_mark("acme", "q=y")).error().message, HasSubstr("another query"));
  EXPECT_NE(query_mark("a", "bc"), query_mark("ab", "c"));
}

}  // namespace
}  // namespace guildhall::records
