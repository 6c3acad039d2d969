#include "operator/kube/quoted_content.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "operator/kube/base64.hpp"

namespace guildhall::kube {
namespace {

const std::string kContent = "a content that nobody is to see";

std::string secret(const char* field, const std::string& entry) {
  return nlohmann::json{{"kind", "Secret"}, {field, {{"entry", entry}}}}.dump();
}

std::string go_bytes() {
  return fmt::format("{}", fmt::join(std::vector<int>(kContent.begin(), kContent.end()), " "));
}

TEST(QuotedContent, GoesHoweverItIsWritten) {
  const std::string body = secret("data", encode_base64(kContent));
  for (const std::string& quote :
       {encode_base64(kContent), kContent, go_bytes(), encode_base64(encode_base64(kContent))}) {
    EXPECT_EQ(without_quoted_content("denied: {" + quote + "} and " + quote, body),
              "denied: {[struck out]} and [struck out]");
    EXPECT_EQ(without_quoted_content("denied: " + quote.substr(0, 20), body), "denied: [struck out]") << "cut short";
  }
}

TEST(QuotedContent, GoesAsAWholeThoughAnotherEntryIsPartOfIt) {
  const std::string part = kContent.substr(4, 20);
  const std::string body =
      nlohmann::json{{"kind", "Secret"}, {"data", {{"a", encode_base64(part)}, {"b", encode_base64(kContent)}}}}.dump();
  for (const std::string& quote : {kContent, go_bytes()})
    EXPECT_EQ(without_quoted_content("denied: [" + quote + "]", body), "denied: [[struck out]]");
}

TEST(QuotedContent, GoesOfClearEntriesToo) {
  EXPECT_EQ(without_quoted_content("no: " + kContent, secret("stringData", kContent)), "no: [struck out]");
}

TEST(QuotedContent, GoesOfATokenThatIsReviewed) {
  const std::string body = nlohmann::json{{"kind", "TokenReview"}, {"spec", {{"token", kContent}}}}.dump();
  EXPECT_EQ(without_quoted_content("no: " + kContent, body), "no: [struck out]");
}

TEST(QuotedContent, OfWhatIsNoSecretStays) {
  const std::string words = "no: " + kContent;
  const std::string map = nlohmann::json{{"kind", "ConfigMap"}, {"data", {{"entry", kContent}}}}.dump();
  for (const std::string& body : {map, std::string("not JSON"), std::string(), secret("data", "short"),
                                  secret("data", "!"), std::string(R"({"kind": "Secret", "data": [1]})")})
    EXPECT_EQ(without_quoted_content(words, body), words);
}

}  // namespace
}  // namespace guildhall::kube
