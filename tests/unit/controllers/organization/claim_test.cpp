#include "controllers/organization/claim.hpp"

#include <gtest/gtest.h>

#include <string>

namespace guildhall::controllers::organization {
namespace {

struct HoldCase {
  std::string name;
  Claim claim;
  bool holder_exists = false;
  Hold want = Hold::Free;
};

class HoldOf : public testing::TestWithParam<HoldCase> {};

TEST_P(HoldOf, IsToldFromBothHalvesOfTheClaim) {
  const Claim ours{"acme", "uid-1"};
  EXPECT_EQ(hold_of(GetParam().claim, ours, GetParam().holder_exists), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Claims, HoldOf,
    testing::Values(HoldCase{"NobodyHasClaimedIt", {}, false, Hold::Free},
                    HoldCase{"BothHalvesAreOurs", {"acme", "uid-1"}, false, Hold::Ours},
                    HoldCase{"TheLabelWasRemovedByHand", {"", "uid-1"}, false, Hold::Damaged},
                    HoldCase{"TheLabelWasChangedByHand", {"globex", "uid-1"}, true, Hold::Damaged},
                    HoldCase{"TheAnnotationWasRemovedByHand", {"acme", ""}, false, Hold::Damaged},
                    HoldCase{"AnotherOrganizationHoldsIt", {"globex", "uid-2"}, true, Hold::Others},
                    HoldCase{"AnotherOrganizationHoldsItWithoutItsAnnotation", {"globex", ""}, true, Hold::Others},
                    HoldCase{"AnotherOrganizationsUidUnderOurName", {"acme", "uid-2"}, true, Hold::Others},
                    HoldCase{"OurFormerSelfHeldIt", {"acme", "uid-0"}, false, Hold::Returned},
                    HoldCase{"TheHolderIsGone", {"globex", "uid-2"}, false, Hold::Free},
                    HoldCase{"TheHolderIsGoneAndLeftOnlyItsLabel", {"globex", ""}, false, Hold::Free}),
    [](const auto& info) { return info.param.name; });

TEST(IsProtected, HoldsForWhatNoOrganizationMayClaim) {
  const ProtectedNamespaces rules{"guildhall-system", {"istio-system", "monitoring"}};
  for (const auto* name : {"default", "kube-system", "kube-", "guildhall-system", "istio-system", "monitoring"})
    EXPECT_TRUE(is_protected(name, rules)) << name;
  for (const auto* name : {"acme", "kube", "kubernetes", "default-acme", "monitoring2", "guildhall"})
    EXPECT_FALSE(is_protected(name, rules)) << name;
}

}  // namespace
}  // namespace guildhall::controllers::organization
