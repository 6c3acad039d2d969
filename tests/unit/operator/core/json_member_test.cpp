#include "operator/core/json_member.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::core {
namespace {

TEST(TextAt, IsEmptyWhereNoTextIs) {
  const auto object = nlohmann::json::parse(R"({"text": "x", "number": 1, "null": null, "object": {"text": "y"}})");
  EXPECT_EQ(text_at(object, "text"), "x");
  for (const char* name : {"number", "null", "object", "none"})
    EXPECT_EQ(text_at(object, name), "") << name;
}

}  // namespace
}  // namespace guildhall::core
