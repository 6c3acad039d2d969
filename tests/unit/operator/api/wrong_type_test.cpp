#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operator/api/kinds.hpp"
#include "tests/unit/operator/api/sample.hpp"

namespace guildhall::api {
namespace {

using crds::generator::Presence;
using crds::generator::Shape;
using nlohmann::json;
using testing::StartsWith;

class WrongType : public testing::TestWithParam<std::string> {
 protected:
  const TestedKind& kind_ = tested_kind(GetParam());
  const json full_ = full_sample(kind_.model);
  const std::vector<Spot> spots_ = spots_in(kind_.model, full_);

  [[nodiscard]] core::Error error_with(const Spot& spot, const json& value) const {
    json object = full_;
    object.at(spot.pointer) = value;
    const auto result = kind_.round_trip(object);
    return result ? core::Error{} : result.error();
  }
};

INSTANTIATE_TEST_SUITE_P(OfEvery, WrongType, testing::Values("Organization", "Member", "ApiKey"),
                         [](const auto& info) { return info.param; });

// What can stand for a value of that shape.
bool fits(Shape shape, const json& value) {
  switch (shape) {
    case Shape::Integer:
      return value.is_number_integer();
    case Shape::Boolean:
      return value.is_boolean();
    case Shape::List:
      return value.is_array();
    case Shape::Text:
    case Shape::Time:
    case Shape::Word:
      return value.is_string();
    default:
      return value.is_object();
  }
}

TEST_P(WrongType, IsAnErrorThatNamesThePath) {
  const std::vector<json> values{"text", 7, 1.5, true, json::array({1}), json::object()};
  for (const Spot& spot : spots_) {
    for (const json& value : values) {
      if (fits(spot.type.shape, value)) continue;
      const core::Error error = error_with(spot, value);
      EXPECT_EQ(error.kind, core::ErrorKind::Invalid) << spot.path << " " << value;
      EXPECT_THAT(error.message, StartsWith(spot.path + ": expected ")) << value;
    }
  }
}

TEST_P(WrongType, AndAWrongTextAreErrorsThatNameThePath) {
  for (const Spot& spot : spots_) {
    if (spot.type.shape != Shape::Word && spot.type.shape != Shape::Time) continue;
    const core::Error error = error_with(spot, "of tomorrow");
    EXPECT_EQ(error.kind, core::ErrorKind::Invalid) << spot.path;
    EXPECT_THAT(error.message, StartsWith(spot.path + ": expected "));
    EXPECT_THAT(error.message, testing::EndsWith(", got \"of tomorrow\""));
  }
}

TEST_P(WrongType, InAListNullIsNoEntry) {
  for (const Spot& spot : spots_) {
    if (spot.is_field) continue;
    EXPECT_THAT(error_with(spot, nullptr).message, StartsWith(spot.path + ": expected "));
  }
}

TEST_P(WrongType, AndAMissingRequiredFieldAreErrorsThatNameThePath) {
  int required = 0;
  for (const Spot& spot : spots_) {
    if (!spot.is_field || spot.presence != Presence::Required) continue;
    ++required;
    json absent = full_;
    absent.at(spot.pointer.parent_pointer()).erase(spot.pointer.back());
    const auto result = kind_.round_trip(absent);
    ASSERT_FALSE(result) << spot.path;
    EXPECT_EQ(result.error().message, spot.path + ": is required");
    EXPECT_EQ(error_with(spot, nullptr).message, spot.path + ": is required") << "null is absent";
  }
  EXPECT_GT(required, 1);
}

TEST_P(WrongType, InAConditionIsAnErrorThatNamesThePath) {
  for (const char* field : {"type", "status", "reason", "message", "lastTransitionTime", "observedGeneration"}) {
    json object = full_;
    object["status"]["conditions"][0][field] = json::array();
    const auto result = kind_.round_trip(object);
    ASSERT_FALSE(result) << field;
    EXPECT_THAT(result.error().message, StartsWith(std::string("status.conditions[0].") + field + ": expected "));
  }
}

TEST_P(WrongType, NamesTheObject) {
  json object = full_;
  object["spec"]["displayName"] = 7;
  const auto result = kind_.round_trip(object);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().object, GetParam() + (kind_.model.namespaced ? " acme/sample" : " sample"));
  EXPECT_EQ(result.error().message, "spec.displayName: expected a string, got a number");
}

}  // namespace
}  // namespace guildhall::api
