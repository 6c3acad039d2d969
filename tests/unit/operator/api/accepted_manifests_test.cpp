// What the API server takes, the operator can read: an object that it cannot read counts as absent, and so as one that
// nobody revokes or deletes.
#include <gtest/gtest.h>

#include "tests/integration/crd_rules/manifest_table.hpp"
#include "tests/unit/operator/api/kinds.hpp"

namespace guildhall::api {
namespace {

class AcceptedManifests : public testing::TestWithParam<const char*> {};

TEST_P(AcceptedManifests, AreRead) {
  const auto table = tests::crd_rules::read_table(GetParam());
  int read = 0;
  for (const auto& one : table.cases) {
    if (!one.accepted()) continue;
    nlohmann::json object = table.object_of(one);
    object["metadata"]["name"] = "one";
    const auto back = tested_kind(table.kind).round_trip(object);
    EXPECT_TRUE(back) << one.name << ": " << back.error().describe();
    ++read;
  }
  EXPECT_GT(read, 0);
}

INSTANTIATE_TEST_SUITE_P(, AcceptedManifests, testing::Values("organization", "member", "apikey"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace guildhall::api
