#include "operator/gate/access_line.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace guildhall::gate {
namespace {

const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00.25Z");

TEST(AnAccessLine, SaysWhoAskedForWhatAndWhatBecameOfIt) {
  EXPECT_EQ(
      access_line(kNoon,
                  {.organization = "acme", .deployment = "metrics", .method = "GET", .target = "/api/v1/query?q=x"},
                  {.outcome = Outcome::Allowed, .key = "grafana", .home = "acme-home"}),
      R"({"kind":"GateRequest","time":"2026-11-24T12:00:00.250000Z","organization":"acme","deployment":"metrics",)"
      R"("method":"GET","path":"/api/v1/query","outcome":"Allowed","status":200,)"
      R"("key":{"namespace":"acme-home","name":"grafana"}})"
      "\n");
}

TEST(AnAccessLine, NamesNoKeyThatIsNotKnown) {
  const auto line = nlohmann::json::parse(access_line(kNoon, {}, {.outcome = Outcome::NoKey}));
  EXPECT_FALSE(line.contains("key"));
  EXPECT_EQ(line["status"], 401);
}

TEST(AnAccessLine, IsOneLineWithoutSecretsWhateverIsAskedFor) {
  const std::string token = "gld_00000001_" + std::string(43, 'k') + "abcdef";
  const std::string line =
      access_line(kNoon,
                  {.organization = "a\nb",
                   .deployment = "m",
                   .method = "GET",
                   .target = "/" + token + "/\xff\"\n" + std::string(5'000, 'x') + "?key=" + token},
                  {.outcome = Outcome::UnknownPath});
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(line.find(token.substr(0, 30)), std::string::npos) << line;
  EXPECT_LT(line.size(), 2'000U);
  EXPECT_TRUE(nlohmann::json::accept(line));
}

TEST(AnAccessLine, HoldsNoTokenInDisguise) {
  const std::string secret(43, 'k');
  for (const char* before :
       {"%67ld_00000001_", "gld%5f00000001_", "GLD_00000001_", "gld/00000001_", "g%6cd_00000001%5F", ""}) {
    const std::string line = access_line(kNoon,
                                         {.organization = "acme",
                                          .deployment = "m",
                                          .method = "GET",
                                          .target = "/x/" + std::string(before) + secret + "abcdef/y"},
                                         {.outcome = Outcome::UnknownPath});
    EXPECT_EQ(line.find(secret), std::string::npos) << line;
    EXPECT_NE(line.find("/y\""), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace guildhall::gate
