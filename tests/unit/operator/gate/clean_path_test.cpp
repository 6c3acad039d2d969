#include "operator/gate/clean_path.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace guildhall::gate {
namespace {

std::string cleaned(const std::string& target) {
  const auto path = clean_path(target);
  return path ? *path : "";
}

TEST(CleanPath, IsTheOneThatVictoriaMetricsReads) {
  EXPECT_EQ(cleaned("/api/v1/query?query=up"), "/api/v1/query");
  EXPECT_EQ(cleaned("//api///v1/query"), "/api/v1/query");
  EXPECT_EQ(cleaned("/api/v1/qu%65ry"), "/api/v1/query");
  EXPECT_EQ(cleaned("/api/v1/label/n%C3%A4me/values"), "/api/v1/label/n\xC3\xA4me/values");
  EXPECT_EQ(cleaned("/"), "/");
  EXPECT_EQ(cleaned("/a/"), "/a/");
  EXPECT_EQ(cleaned("/a?x=/../b"), "/a") << "a query is no path";
  EXPECT_EQ(cleaned("/..a/b.../..."), "/..a/b.../...");
}

class AmbiguousPath : public ::testing::TestWithParam<const char*> {};

TEST_P(AmbiguousPath, IsRefused) {
  EXPECT_EQ(cleaned(GetParam()), "") << GetParam();
}

INSTANTIATE_TEST_SUITE_P(All, AmbiguousPath,
                         ::testing::Values("", "*", "api", "http://host/api/v1/query", "/a/../b", "/a/./b", "/..",
                                           "/a/..", "/a/%2e%2e/b", "/a/%2E./b", "/a%2Fb", "/a%2fb", "/a%5Cb", "/a\\b",
                                           "/a%00b", "/a%252e", "/a;b", "/a%3Bb", "/a#b", "/a%23b", "/a%3Fb", "/a%0Ab",
                                           "/a%7F", "/a%", "/a%4", "/a%zz", "/a b", "/a\tb", "/a/.?x"));

RC_GTEST_PROP(CleanPath, OfWhatItGaveIsTheSame, (const std::string& text)) {
  const auto path = clean_path("/" + text);
  if (!path) return;
  RC_ASSERT(path->find("//") == std::string::npos);
  RC_ASSERT(path->find("/../") == std::string::npos);
  // An escaped space is one; as it stands it would be refused.
  if (path->find(' ') == std::string::npos && path->find('%') == std::string::npos) RC_ASSERT(cleaned(*path) == *path);
}

}  // namespace
}  // namespace guildhall::gate
