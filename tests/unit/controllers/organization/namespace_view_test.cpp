#include "controllers/organization/namespace_view.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::controllers::organization {
namespace {

nlohmann::json namespace_object() {
  return nlohmann::json::parse(R"({
    "metadata": {"name": "acme", "uid": "n-1", "resourceVersion": "7",
      "labels": {"guildhall.dev/organization": "acme", "guildhall.dev/enroll": "true", "team": "x"},
      "annotations": {"guildhall.dev/organization-uid": "u-1", "guildhall.dev/created-for-organization-uid": "u-0",
        "guildhall.dev/releasing-since": "2026-11-24T10:00:00Z", "guildhall.dev/was-home": "true"}},
    "status": {"phase": "Active"}})");
}

TEST(NamespaceView, KeepsWhoHasClaimedIt) {
  const auto view = parse_namespace_view(namespace_object());
  ASSERT_TRUE(view);
  EXPECT_EQ(*view, (NamespaceView{.name = "acme",
                                  .uid = "n-1",
                                  .resource_version = "7",
                                  .claim = {"acme", "u-1"},
                                  .created_for_uid = "u-0",
                                  .releasing_since = core::parse_timestamp("2026-11-24T10:00:00Z").value(),
                                  .enroll = true,
                                  .was_home = true,
                                  .deleting = false}));
  EXPECT_TRUE(view->is_claimed_by("acme", "u-1"));
  EXPECT_FALSE(view->is_claimed_by("acme", "u-2"));
  EXPECT_FALSE(view->is_claimed_by("globex", "u-1"));
}

TEST(NamespaceView, OfAPlainNamespaceHasNoClaim) {
  const auto view = parse_namespace_view({{"metadata", {{"name", "shop"}, {"uid", "n-2"}}}});
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->claim.empty());
  EXPECT_FALSE(view->enroll);
  EXPECT_FALSE(view->is_claimed_by("", ""));
}

TEST(NamespaceView, IsDeletingFromTheTimestampOrThePhaseOn) {
  auto object = namespace_object();
  object["metadata"]["deletionTimestamp"] = "2026-11-24T10:00:00Z";
  EXPECT_TRUE(parse_namespace_view(object)->deleting);
  object = namespace_object();
  object["status"]["phase"] = "Terminating";
  EXPECT_TRUE(parse_namespace_view(object)->deleting);
}

TEST(NamespaceView, TakesAReleaseSinceNobodyKnowsWhenForAnOldOne) {
  auto object = namespace_object();
  object["metadata"]["annotations"]["guildhall.dev/releasing-since"] = "yesterday";
  EXPECT_EQ(parse_namespace_view(object)->releasing_since, core::Timestamp{});
}

TEST(NamespaceView, OfNoNamespaceIsInvalid) {
  for (const auto& object : {nlohmann::json::array(), nlohmann::json::object(), nlohmann::json{{"metadata", 3}}}) {
    const auto view = parse_namespace_view(object);
    ASSERT_FALSE(view);
    EXPECT_EQ(view.error().kind, core::ErrorKind::Invalid);
  }
}

}  // namespace
}  // namespace guildhall::controllers::organization
