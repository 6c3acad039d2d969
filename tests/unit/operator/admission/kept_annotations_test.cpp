#include "operator/admission/kept_annotations.hpp"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

namespace guildhall::admission {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 2> kNames{"guildhall.dev/accepted", "guildhall.dev/declined"};

json member(const json& annotations) {
  return {{"metadata", {{"name", "jane"}, {"annotations", annotations}}}};
}

Review replacement(const json& object) {
  return {.uid = "r-1",
          .operation = Operation::Update,
          .resource = "members",
          .ns = "acme",
          .name = "jane",
          .user = {},
          .dry_run = false,
          .object = object,
          .old_object = member({{"guildhall.dev/accepted", "sealed"}, {"guildhall.dev/changes", "c"}, {"team", "a"}})};
}

json after(const Review& review) {
  return review.object.patch(kept_annotations(review, kNames));
}

TEST(KeptAnnotations, AreThoseThatAReplacementLeavesOut) {
  EXPECT_EQ(after(replacement(member({{"team", "b"}}))), member({{"team", "b"}, {"guildhall.dev/accepted", "sealed"}}));
}

TEST(KeptAnnotations, AreKeptWhereThereAreNoneAtAll) {
  for (const json& metadata : {json{{"name", "jane"}}, json{{"name", "jane"}, {"annotations", nullptr}}})
    EXPECT_EQ(after(replacement({{"metadata", metadata}})), member({{"guildhall.dev/accepted", "sealed"}}));
}

TEST(KeptAnnotations, AreNoOthersThanThoseNamedAndNoneThatIsThere) {
  const json other = member({{"guildhall.dev/accepted", "another"}});
  EXPECT_EQ(after(replacement(other)), other) << "whether it is valid is for the seal to say";
}

TEST(KeptAnnotations, AreNoneOfWhoTakesOneAwayAndMeansIt) {
  const json edited = member({{"guildhall.dev/changes", "c"}, {"team", "a"}});
  EXPECT_EQ(after(replacement(edited)), edited);
}

TEST(KeptAnnotations, AreNoneWhereNothingWasNotedYet) {
  Review unnoted = replacement(member({{"team", "a"}}));
  unnoted.old_object = member({{"guildhall.dev/accepted", "sealed"}});
  EXPECT_EQ(after(unnoted), unnoted.object) << "it cannot be told what was meant";
}

TEST(KeptAnnotations, AreNoneOfACreation) {
  Review creation = replacement(member({{"team", "a"}}));
  creation.operation = Operation::Create;
  creation.old_object = nullptr;
  EXPECT_EQ(after(creation), creation.object);
}

}  // namespace
}  // namespace guildhall::admission
