// Deployments as they are read from the caches: which there are, what they are labelled with, and whom they wake.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controllers/organization/gather.hpp"
#include "controllers/organization/wakeups.hpp"
#include "tests/unit/controllers/legible_seals.hpp"
#include "tests/unit/controllers/organization/filled_caches.hpp"
#include "tests/unit/operator/kube/cache/fill_cache.hpp"

namespace guildhall::controllers::organization {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Labels = std::map<std::string, std::string>;

json object(const std::string& ns, const std::string& name, const Labels& labels, const json& spec) {
  return {{"metadata",
           {{"namespace", ns}, {"name", name}, {"uid", "d-" + name}, {"resourceVersion", "1"}, {"labels", labels}}},
          {"spec", spec}};
}

json service(const std::string& ns, const std::string& name, Labels labels, const std::string& type = "ClusterIP") {
  labels.emplace(kDeploymentLabel, "metrics");
  return object(ns, name, labels, {{"type", type}, {"ports", {{{"port", 8428}}}}});
}

api::OrganizationDeployment told(DeploymentKind kind, const std::string& name) {
  api::OrganizationDeployment result;
  result.kind = kind;
  result.ns = "prod";
  result.name = name;
  return result;
}

/// Acme has prod, and globex other.
class DeploymentCaches : public testing::Test {
 protected:
  DeploymentCaches() {
    filled.deployments.emplace_back(DeploymentKind::VMSingle);
    filled.deployments.emplace_back(DeploymentKind::VLSingle);
    add_deployment_indexes(filled.services, filled.deployments);
    filled.organization("acme", "u-acme", {{"namespaces", {"prod"}}})
        .organization("globex", "u-globex", {{"namespaces", {"other"}}})
        .ns("acme", {"acme", "u-acme"})
        .ns("prod", {"acme", "u-acme"})
        .ns("other", {"globex", "u-globex"})
        .fill();
  }
  [[nodiscard]] std::optional<Labels> labels(DeploymentKind kind, const std::string& name) const {
    return deployment_labels(filled.services, filled.deployments, told(kind, name));
  }

  FilledCaches filled;
};

TEST_F(DeploymentCaches, AreGatheredFromTheNamespacesOfTheOrganization) {
  tests::fill_cache(filled.services, {service("prod", "a", {}), service("other", "b", {}), service("acme", "c", {})});
  tests::fill_cache(filled.deployments[0].objects, {object("prod", "main", {}, {}), object("other", "main", {}, {})});
  const auto seen = gather(filled.caches, LegibleSeals(), {}, "acme");
  ASSERT_TRUE(seen);
  std::vector<std::string> found;
  for (const DeploymentView& view : seen->deployments)
    found.push_back(describe(view));
  EXPECT_THAT(found, UnorderedElementsAre("Service prod/a", "Service acme/c", "VMSingle prod/main"));
  EXPECT_THAT(seen->unread_kinds, ElementsAre(DeploymentKind::VLSingle));
}

TEST_F(DeploymentCaches, HaveTheLabelsOfTheObject) {
  tests::fill_cache(filled.deployments[0].objects, {object("prod", "main", {{"team", "a"}}, {})});
  EXPECT_EQ(labels(DeploymentKind::VMSingle, "main"), (Labels{{"team", "a"}}));
  EXPECT_EQ(labels(DeploymentKind::VMSingle, "gone"), Labels{});
  EXPECT_EQ(labels(DeploymentKind::VLSingle, "main"), std::nullopt) << "it has not been read";
}

// Whoever may make a Service beside it could otherwise have a key that selects by labels open it.
TEST_F(DeploymentCaches, HaveNoLabelsOfAServiceThatIsLeftOut) {
  tests::fill_cache(filled.services, {service("prod", "a", {{"team", "a"}}, "ExternalName"),
                                      service("prod", "b", {{"team", "b"}}), service("prod", "c", {{"team", "c"}})});
  const auto found = labels(DeploymentKind::Service, "metrics");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at("team"), "b");
}

TEST_F(DeploymentCaches, WakeWhoHasTheNamespaceWhenTheyChange) {
  const DeploymentView before{.key = {"prod", "main"}, .kind = DeploymentKind::VMSingle, .name = "main"};
  DeploymentView after = before;
  EXPECT_THAT(wakened_by_deployment(filled.caches, &before, &after), IsEmpty());
  after.url = "http://main";
  EXPECT_THAT(wakened_by_deployment(filled.caches, &before, &after), ElementsAre(core::ObjectKey{"", "acme"}));
  EXPECT_THAT(wakened_by_deployment(filled.caches, nullptr, &after), ElementsAre(core::ObjectKey{"", "acme"}));
  EXPECT_THAT(wakened_by_deployment(filled.caches, &before, nullptr), ElementsAre(core::ObjectKey{"", "acme"}));
}

}  // namespace
}  // namespace guildhall::controllers::organization
