#include "crds/generator/bounds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::crds::generator {
namespace {

using testing::ElementsAre;

TEST(Bounds, SayEveryLimitInPlainWords) {
  EXPECT_THAT(bounds_of(YAML::Load("{type: string, minLength: 1, maxLength: 64, pattern: '^a|b$'}")),
              ElementsAre("1 to 64 characters", "matches `^a|b$`"));
  EXPECT_THAT(bounds_of(YAML::Load("{type: string, maxLength: 64}")), ElementsAre("at most 64 characters"));
  EXPECT_THAT(bounds_of(YAML::Load("{type: string, enum: [Read, Write]}")), ElementsAre("one of `Read`, `Write`"));
  EXPECT_THAT(bounds_of(YAML::Load("{type: integer, minimum: 0}")), ElementsAre("at least 0"));
  EXPECT_THAT(bounds_of(YAML::Load("{type: object, maxProperties: 32, additionalProperties: {type: string}}")),
              ElementsAre("at most 32 entries"));
}

TEST(Bounds, OfAListHoldThoseOfItsEntries) {
  EXPECT_THAT(bounds_of(YAML::Load("{type: array, minItems: 1, maxItems: 4, x-kubernetes-list-type: set, items: {type: "
                                   "string, maxLength: 9}}")),
              ElementsAre("1 to 4 entries", "no entry twice", "each: at most 9 characters"));
  EXPECT_THAT(bounds_of(YAML::Load("{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [kind, "
                                   "name], items: {type: object, maxProperties: 2}}")),
              ElementsAre("one entry for each kind, name"));
}

TEST(Rules, AreTheMessagesOfTheFieldAndItsPlainEntries) {
  EXPECT_THAT(
      rules_of(YAML::Load("{type: array, x-kubernetes-validations: [{rule: a, message: first}, {rule: 'b > 1'}], "
                          "items: {type: string, x-kubernetes-validations: [{rule: c, message: third}]}}")),
      ElementsAre("first", "`b > 1`", "third"));
  EXPECT_THAT(rules_of(YAML::Load("{type: array, items: {type: object, x-kubernetes-validations: [{rule: c, message: "
                                  "third}]}}")),
              ElementsAre());
}

}  // namespace
}  // namespace guildhall::crds::generator
