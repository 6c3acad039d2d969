#include "operator/core/resource_type.hpp"

#include <gtest/gtest.h>

#include <unordered_set>
#include <vector>

namespace guildhall::core {
namespace {

TEST(ResourceType, WritesItsApiVersionWithAndWithoutAGroup) {
  EXPECT_EQ(types::secrets().api_version(), "v1");
  EXPECT_EQ(types::role_bindings().api_version(), "rbac.authorization.k8s.io/v1");
  EXPECT_EQ((ResourceType{"guildhall.dev", "v1alpha1", "apikeys", "ApiKey", true}.api_version()),
            "guildhall.dev/v1alpha1");
}

TEST(ResourceType, NamesTheTypesOfKubernetesAsItsApiDoes) {
  EXPECT_EQ(types::secrets(), (ResourceType{"", "v1", "secrets", "Secret", true}));
  EXPECT_EQ(types::namespaces(), (ResourceType{"", "v1", "namespaces", "Namespace", false}));
  EXPECT_EQ(types::roles(), (ResourceType{"rbac.authorization.k8s.io", "v1", "roles", "Role", true}));
  EXPECT_EQ(types::role_bindings(),
            (ResourceType{"rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", true}));
  EXPECT_EQ(types::leases(), (ResourceType{"coordination.k8s.io", "v1", "leases", "Lease", true}));
  EXPECT_EQ(types::events(), (ResourceType{"events.k8s.io", "v1", "events", "Event", true}));
}

TEST(ObjectKey, IsWrittenWithItsNamespaceIfItHasOne) {
  EXPECT_EQ((ObjectKey{"acme", "grafana"}.to_string()), "acme/grafana");
  EXPECT_EQ((ObjectKey{"", "acme"}.to_string()), "acme");
  EXPECT_EQ(describe(types::secrets(), {"acme", "grafana"}), "Secret acme/grafana");
  EXPECT_EQ(describe(types::namespaces(), {"", "acme"}), "Namespace acme");
}

TEST(ObjectKey, TellsNamespaceAndNameApartInAHashTable) {
  const std::unordered_set<ObjectKey> keys{{"a", "b"}, {"b", "a"}, {"ab", ""}, {"", "ab"}, {"a", "b"}};
  EXPECT_EQ(keys.size(), 4U);
  EXPECT_NE(std::hash<ObjectKey>{}({"a", "b"}), std::hash<ObjectKey>{}({"b", "a"}));
}

}  // namespace
}  // namespace guildhall::core
