#include "operator/core/shallow_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::core {
namespace {

using nlohmann::json;

std::string nested(const std::string& open, const std::string& close, int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i)
    text += open;
  text += "1";
  for (int i = 0; i < depth; ++i)
    text += close;
  return text;
}

bool is_managed_fields(int depth, const std::string& name) {
  return depth == 2 && name == "managedFields";
}

TEST(ShallowJson, IsReadLikeAnyOther) {
  const std::string text = R"({"a":[1,{"b":null}],"c":"d"})";
  EXPECT_EQ(parse_shallow_json(text), json::parse(text));
  EXPECT_EQ(parse_shallow_json("7"), json(7));
  EXPECT_TRUE(parse_shallow_json("{").is_discarded());
  EXPECT_TRUE(parse_shallow_json("").is_discarded());
  EXPECT_TRUE(parse_shallow_json("\"\xff\"").is_discarded());
}

TEST(ShallowJson, IsDiscardedWhereItIsDeep) {
  EXPECT_TRUE(parse_shallow_json(nested("[", "]", kDeepestJson - 1)).is_array());
  for (const int depth : {kDeepestJson + 1, 1'000, 100'000}) {
    EXPECT_TRUE(parse_shallow_json(nested("[", "]", depth)).is_discarded()) << depth;
    EXPECT_TRUE(parse_shallow_json(nested(R"({"a":)", "}", depth)).is_discarded()) << depth;
  }
  EXPECT_TRUE(parse_shallow_json(R"({"a":1,"b":)" + nested("[", "]", 1'000) + R"(,"c":2})").is_discarded());
}

TEST(ShallowJson, LeavesOutWhatIsNotWantedHoweverDeepItIs) {
  for (const std::string& unwanted : {nested("[", "]", 100'000), nested(R"({"a":)", "}", 100'000), std::string("[]"),
                                      std::string("1"), std::string(R"({"managedFields":2})")}) {
    const std::string text = R"({"metadata":{"name":"a","managedFields":)" + unwanted + R"(,"z":[{}]},"spec":{"b":1}})";
    EXPECT_EQ(parse_shallow_json(text, is_managed_fields),
              json::parse(R"({"metadata":{"name":"a","z":[{}]},"spec":{"b":1}})"))
        << unwanted.substr(0, 20);
  }
  const std::string elsewhere = R"({"managedFields":1,"a":{"b":{"managedFields":2}}})";
  EXPECT_EQ(parse_shallow_json(elsewhere, is_managed_fields), json::parse(elsewhere));
}

TEST(ShallowJson, AfterWhatIsLeftOutItIsStillTooDeep) {
  EXPECT_TRUE(
      parse_shallow_json(R"({"metadata":{"managedFields":[1],"a":)" + nested("[", "]", 1'000) + "}}", is_managed_fields)
          .is_discarded());
}

}  // namespace
}  // namespace guildhall::core
