#include "controllers/apikey/sealed_payload.hpp"

#include <gtest/gtest.h>

#include "tests/unit/controllers/apikey/world.hpp"

namespace guildhall::controllers::apikey {
namespace {

SealedPayload full_payload() {
  const TokenFacts token{"id1", "hash1", noon(), noon() + std::chrono::hours{1}};
  return {.organization = "acme",
          .api_key = "acme/grafana",
          .ns = "acme",
          .name = "grafana",
          .owner = "jane@acme.example",
          .token = token,
          .previous = TokenFacts{"id0", "hash0", noon(), std::nullopt},
          .formats = {"Curl"},
          .urls = {"http://x"},
          .write_urls = {"http://y"},
          .labels = {{"team", "sre"}},
          .annotations = {{"note", "\"quoted\""}}};
}

TEST(SealedPayload, ReadsBackWhatItWrote) {
  EXPECT_EQ(parse_sealed_payload(to_text(full_payload())), full_payload());
}

TEST(SealedPayload, EveryFieldIsInTheText) {
  const std::string text = to_text(full_payload());
  SealedPayload changed = full_payload();
  changed.owner = "";
  EXPECT_NE(to_text(changed), text);
  changed = full_payload();
  changed.previous.reset();
  EXPECT_NE(to_text(changed), text);
  changed = full_payload();
  changed.labels.clear();
  EXPECT_NE(to_text(changed), text);
}

class ForeignPayloadTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ForeignPayloadTest, IsRefused) {
  EXPECT_FALSE(parse_sealed_payload(GetParam()).has_value());
}

INSTANTIATE_TEST_SUITE_P(Texts, ForeignPayloadTest,
                         ::testing::Values("", "{}", "[]", "nonsense", to_text(full_payload()) + " ",
                                           "{\"organization\":1}", std::string(2'000, '[')));

}  // namespace
}  // namespace guildhall::controllers::apikey
