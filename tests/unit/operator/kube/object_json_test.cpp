#include "operator/kube/object_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::kube {
namespace {

using nlohmann::json;

template <class T>
std::string message_of(const core::Result<T>& result) {
  return result ? "" : std::string(core::to_string(result.error().kind)) + ": " + result.error().message;
}

TEST(ObjectJsonTest, DropsManagedFieldsOfTheObjectOnly) {
  const auto object =
      parse_object(R"({"metadata":{"name":"x","managedFields":[1]},"spec":{"metadata":{"managedFields":[2]}}})");
  ASSERT_TRUE(object);
  EXPECT_EQ(*object, (json{{"metadata", {{"name", "x"}}}, {"spec", {{"metadata", {{"managedFields", {2}}}}}}}));
}

TEST(ObjectJsonTest, AnAnswerThatWasCutOffIsNoObject) {
  EXPECT_EQ(message_of(parse_object(R"({"metadata":{)")), "Unavailable: the answer is not a JSON object");
  EXPECT_EQ(message_of(parse_object("[]")), "Unavailable: the answer is not a JSON object");
  EXPECT_EQ(message_of(parse_object("")), "Unavailable: the answer is not a JSON object");
}

TEST(ObjectJsonTest, ReadsAPage) {
  const auto page = parse_list(
      R"({"kind":"SecretList","metadata":{"resourceVersion":"7","continue":"c"},"items":[{"metadata":{"name":"x","managedFields":[]}},{"metadata":{"name":"y"}}]})");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->resource_version, "7");
  EXPECT_EQ(page->continue_token, "c");
  EXPECT_EQ(page->items, (std::vector<json>{{{"metadata", {{"name", "x"}}}}, {{"metadata", {{"name", "y"}}}}}));
}

TEST(ObjectJsonTest, APageMayHaveNoItems) {
  for (const char* text :
       {R"({"metadata":{"resourceVersion":"7"}})", R"({"metadata":{"resourceVersion":"7"},"items":null})"}) {
    const auto page = parse_list(text);
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->items.empty());
    EXPECT_EQ(page->resource_version, "7");
  }
}

TEST(ObjectJsonTest, RefusesWhatIsNoList) {
  EXPECT_EQ(message_of(parse_list("{}")), "Unavailable: the answer is not a list");
  EXPECT_EQ(message_of(parse_list(R"({"metadata":{},"items":{}})")), "Unavailable: items of the list is not an array");
}

TEST(ObjectJsonTest, WritesOnlyUtf8) {
  EXPECT_EQ(dump_object({{"a", "ä"}}).value(), R"({"a":"ä"})");
  const auto failed = dump_object({{"a", "secret\xff"}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(core::to_string(failed.error().kind), "Invalid");
  EXPECT_EQ(failed.error().message.find("secret"), std::string::npos);
}

TEST(ObjectJsonTest, OnlyAClearYesAuthenticates) {
  const auto yes =
      read_token_review(json::parse(R"({"status":{"authenticated":true,"user":{"username":"ada","groups":["g",7]}}})"));
  EXPECT_TRUE(yes.authenticated);
  EXPECT_EQ(yes.user, "ada");
  EXPECT_EQ(yes.groups, std::vector<std::string>{"g"});
  for (const char* text :
       {"{}", R"({"status":null})", R"({"status":{"authenticated":"true","user":{"username":"ada"}}})",
        R"({"status":{"authenticated":false,"user":{"username":"ada"}}})",
        R"({"status":{"error":"x","user":{"username":"ada"}}})"}) {
    const auto no = read_token_review(json::parse(text));
    EXPECT_FALSE(no.authenticated) << text;
    EXPECT_EQ(no.user, "") << text;
  }
}

TEST(ObjectJsonTest, OnlyAClearYesAllows) {
  EXPECT_TRUE(read_access_review(json::parse(R"({"status":{"allowed":true}})")));
  for (const char* text :
       {"{}", R"({"status":{"allowed":false}})", R"({"status":{"allowed":"true"}})", R"({"status":[]})"})
    EXPECT_FALSE(read_access_review(json::parse(text))) << text;
}

}  // namespace
}  // namespace guildhall::kube
