#include "operator/api/object.hpp"

#include <gtest/gtest.h>

#include "operator/api/apikey.hpp"
#include "operator/api/organization.hpp"

namespace guildhall::api {
namespace {

using nlohmann::json;

json organization() {
  return {{"apiVersion", "guildhall.dev/v1alpha1"},
          {"kind", "Organization"},
          {"metadata", {{"name", "acme"}}},
          {"spec", {{"displayName", "Acme"}}}};
}

std::string problem_of(const json& object) {
  const auto result = parse_organization(object);
  return result ? "" : result.error().message;
}

TEST(ParseObject, TakesTheItemsOfAListWithoutTheirKind) {
  json object = organization();
  object.erase("apiVersion");
  object.erase("kind");
  EXPECT_EQ(problem_of(object), "");
}

TEST(ParseObject, RefusesAnotherKindOrVersion) {
  json object = organization();
  object["kind"] = "Member";
  EXPECT_EQ(problem_of(object), "kind: expected Organization, got \"Member\"");
  object = organization();
  object["apiVersion"] = "guildhall.dev/v1";
  EXPECT_EQ(problem_of(object), "apiVersion: expected guildhall.dev/v1alpha1, got \"guildhall.dev/v1\"");
}

TEST(ParseObject, RefusesWhatIsNoObject) {
  for (const json& value : {json(), json(7), json::array(), json("text")})
    EXPECT_TRUE(problem_of(value).starts_with("expected an object, got ")) << value;
  EXPECT_NE(problem_of(json::object()), "") << "without metadata";
}

TEST(ParseObject, NeedsNoStatus) {
  const auto value = parse_organization(organization());
  ASSERT_TRUE(value);
  EXPECT_EQ(value->status, OrganizationStatus{});
  EXPECT_FALSE(to_json(*value).contains("status"));
}

TEST(ToJson, WritesWhatObjectMetaHoldsAndDropsManagedFields) {
  json object = organization();
  object["metadata"] = {
      {"name", "acme"},
      {"uid", "u1"},
      {"resourceVersion", "7"},
      {"generation", 2},
      {"creationTimestamp", "2026-11-24T10:00:00Z"},
      {"deletionTimestamp", "2026-11-24T11:00:00Z"},
      {"labels", {{"team", "a"}}},
      {"annotations", {{"note", "b"}}},
      {"finalizers", {"guildhall.dev/organization"}},
      {"ownerReferences",
       {{{"apiVersion", "v1"}, {"kind", "Secret"}, {"name", "s"}, {"uid", "u2"}, {"controller", true}},
        {{"apiVersion", "v1"}, {"kind", "Secret"}, {"name", "t"}, {"uid", "u3"}}}}};
  json with_managed = object;
  with_managed["metadata"]["managedFields"] = json::array({{{"manager", "kubectl"}}});
  const auto value = parse_organization(with_managed);
  ASSERT_TRUE(value) << value.error().describe();
  EXPECT_EQ(to_json(*value).at("metadata"), object.at("metadata"));
}

TEST(ResourceTypes, ComeFromTheCrds) {
  EXPECT_EQ(organization_type(),
            (core::ResourceType{"guildhall.dev", "v1alpha1", "organizations", "Organization", false}));
  EXPECT_EQ(api_key_type(), (core::ResourceType{"guildhall.dev", "v1alpha1", "apikeys", "ApiKey", true}));
}

}  // namespace
}  // namespace guildhall::api
