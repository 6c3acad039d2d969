#include "operator/records/discovery.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace guildhall::records {
namespace {

using nlohmann::json;

TEST(Discovery, NamesTheGroup) {
  const json group = json::parse(R"({"name": "records.guildhall.dev",
    "versions": [{"groupVersion": "records.guildhall.dev/v1alpha1", "version": "v1alpha1"}],
    "preferredVersion": {"groupVersion": "records.guildhall.dev/v1alpha1", "version": "v1alpha1"}})");
  json one = group;
  one["kind"] = "APIGroup";
  one["apiVersion"] = "v1";
  EXPECT_EQ(api_group(), one);
  EXPECT_EQ(api_group_list(), (json{{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", {group}}}));
}

TEST(Discovery, NamesTheResources) {
  EXPECT_EQ(api_resource_list(), json::parse(R"({"kind": "APIResourceList", "apiVersion": "v1",
    "groupVersion": "records.guildhall.dev/v1alpha1", "resources": [
    {"name": "auditentries", "singularName": "auditentry", "namespaced": true, "kind": "AuditEntry",
     "verbs": ["get", "list", "watch"], "shortNames": ["gaudit"], "categories": ["guildhall-records"]},
    {"name": "signups", "singularName": "signup", "namespaced": false, "kind": "Signup", "verbs": ["create"]},
    {"name": "usereports", "singularName": "usereport", "namespaced": false, "kind": "UseReport",
     "verbs": ["create"]}]})"));
}

TEST(Discovery, IsAggregatedToo) {
  const json want = json::parse(R"({"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2",
    "metadata": {}, "items": [{"metadata": {"name": "records.guildhall.dev", "creationTimestamp": null},
    "versions": [{"version": "v1alpha1", "freshness": "Current", "resources": [
    {"resource": "auditentries", "responseKind": {"group": "records.guildhall.dev", "version": "v1alpha1",
     "kind": "AuditEntry"}, "scope": "Namespaced", "singularResource": "auditentry", "verbs": ["get", "list", "watch"],
     "shortNames": ["gaudit"], "categories": ["guildhall-records"]},
    {"resource": "signups", "responseKind": {"group": "records.guildhall.dev", "version": "v1alpha1",
     "kind": "Signup"}, "scope": "Cluster", "singularResource": "signup", "verbs": ["create"]},
    {"resource": "usereports", "responseKind": {"group": "records.guildhall.dev", "version": "v1alpha1",
     "kind": "UseReport"}, "scope": "Cluster", "singularResource": "usereport", "verbs": ["create"]}]}]}]})");
  EXPECT_EQ(aggregated_discovery("v2"), want);
  EXPECT_EQ(aggregated_discovery("v2beta1")["apiVersion"], "apidiscovery.k8s.io/v2beta1");
}

TEST(Discovery, FindsAResourceByItsName) {
  EXPECT_EQ(find_resource("signups")->kind, "Signup");
  EXPECT_EQ(find_resource("signup"), nullptr);
  EXPECT_EQ(find_resource(""), nullptr);
}

/// The namespace controller and the garbage collector wait for what can be deleted.
TEST(Discovery, HoldsUpNoNamespace) {
  for (const ServedResource& resource : served_resources()) {
    for (const std::string_view verb : resource.verbs)
      EXPECT_FALSE(verb.starts_with("delete")) << resource.name;
  }
}

}  // namespace
}  // namespace guildhall::records
