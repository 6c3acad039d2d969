#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <random>

#include "tests/unit/operator/api/kinds.hpp"
#include "tests/unit/operator/api/sample.hpp"

namespace guildhall::api {
namespace {

using crds::generator::Enumeration;
using crds::generator::Field;
using crds::generator::Presence;
using crds::generator::Shape;
using nlohmann::json;

class RoundTrip : public testing::TestWithParam<std::string> {
 protected:
  const TestedKind& kind_ = tested_kind(GetParam());
  const json full_ = full_sample(kind_.model);
  const std::vector<Spot> spots_ = spots_in(kind_.model, full_);

  void expect_exact(const json& object, const std::string& what) const {
    const auto back = kind_.round_trip(object);
    ASSERT_TRUE(back) << what << ": " << back.error().describe();
    EXPECT_EQ(*back, object) << what << "\n" << json::diff(object, *back).dump(1);
  }
  /// The field is absent from one object of that type after the other.
  void expect_default(const Field& field, const std::string& object_name) const {
    for (const Spot& spot : spots_) {
      if (spot.type.name != object_name) continue;
      json absent = full_;
      absent.at(spot.pointer).erase(field.json_name);
      const auto back = kind_.round_trip(absent);
      ASSERT_TRUE(back);
      const json& value = back->at(spot.pointer / field.json_name);
      EXPECT_EQ(value.is_string() ? value.get<std::string>() : value.dump(), *field.default_value)
          << spot.path << "." << field.json_name;
    }
  }
  void expect_every_word(const Enumeration& enumeration, const Spot& spot) const {
    for (const std::string& word : enumeration.words) {
      json with_word = full_;
      with_word.at(spot.pointer) = word;
      expect_exact(with_word, spot.path + " " + word);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(OfEvery, RoundTrip, testing::Values("Organization", "Member", "ApiKey"),
                         [](const auto& info) { return info.param; });

json without(json object, const Spot& spot) {
  object.at(spot.pointer.parent_pointer()).erase(spot.pointer.back());
  return object;
}

TEST_P(RoundTrip, IsExactWithEveryFieldSet) {
  EXPECT_GT(spots_.size(), 20U);
  expect_exact(full_, "all fields");
}

TEST_P(RoundTrip, IsExactWithoutAnyOneOptionalField) {
  for (const Spot& spot : spots_) {
    if (spot.is_field && spot.presence == Presence::Optional) expect_exact(without(full_, spot), spot.path);
  }
}

TEST_P(RoundTrip, ReadsNullAsAbsent) {
  for (const Spot& spot : spots_) {
    if (!spot.is_field || spot.presence == Presence::Required) continue;
    json with_null = full_;
    with_null.at(spot.pointer) = nullptr;
    EXPECT_TRUE(kind_.reads_equal(with_null, without(full_, spot))) << spot.path;
  }
}

TEST_P(RoundTrip, WritesNoEmptyListOrMapUnlessItIsRequired) {
  for (const Spot& spot : spots_) {
    if (!spot.is_field || spot.type.item.empty()) continue;
    json with_empty = full_;
    with_empty.at(spot.pointer).clear();
    const auto back = kind_.round_trip(with_empty);
    ASSERT_TRUE(back) << spot.path;
    EXPECT_EQ(*back, spot.presence == Presence::Required ? with_empty : without(full_, spot)) << spot.path;
  }
}

TEST_P(RoundTrip, FillsInTheDefaultOfTheCrd) {
  for (const auto& object : kind_.model.objects) {
    for (const auto& field : object.fields) {
      if (!field.default_value || field.type.shape == Shape::Object) continue;
      ASSERT_NO_FATAL_FAILURE(expect_default(field, object.name));
    }
  }
}

TEST_P(RoundTrip, KeepsUnknownFieldsAtEveryLevel) {
  const json unknown{{"deep", {1, nullptr, json::object()}}};
  json everywhere = full_;
  everywhere["fieldOfTomorrow"] = unknown;
  expect_exact(everywhere, "beside spec");
  for (const Spot& spot : spots_) {
    if (spot.type.shape != Shape::Object) continue;
    json here = full_;
    here.at(spot.pointer)["fieldOfTomorrow"] = unknown;
    expect_exact(here, spot.path);
    everywhere.at(spot.pointer)["fieldOfTomorrow"] = nullptr;
  }
  expect_exact(everywhere, "everywhere at once");
}

TEST_P(RoundTrip, TellsObjectsApartThatDifferInOneField) {
  for (const Spot& spot : spots_) {
    if (!spot.is_field || spot.presence != Presence::Optional) continue;
    EXPECT_FALSE(kind_.reads_equal(full_, without(full_, spot))) << spot.path;
  }
}

TEST_P(RoundTrip, KnowsEveryWordOfEveryEnumeration) {
  for (const Spot& spot : spots_) {
    for (const auto& enumeration : kind_.model.enumerations) {
      if (enumeration.name == spot.type.name) expect_every_word(enumeration, spot);
    }
  }
}

RC_GTEST_PROP(RoundTripOfAnyObject, IsExact, (std::uint32_t seed)) {
  std::mt19937 random(seed);
  for (const TestedKind& kind : tested_kinds()) {
    const json object = random_sample(kind.model, [&](std::size_t limit) {
      return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    });
    const auto once = kind.round_trip(object);
    RC_ASSERT(once.has_value());
    RC_ASSERT(*once == object);
    RC_ASSERT(kind.reads_equal(object, *once));
  }
}

}  // namespace
}  // namespace guildhall::api
