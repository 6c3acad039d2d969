#include "operator/plugin/resource_names.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace guildhall::plugin {
namespace {

TEST(ResourceNamesTest, AreUnderstoodAsPeopleWriteThem) {
  const std::pair<const char*, const char*> cases[] = {
      {"members", "members.guildhall.dev"},
      {"gmem", "members.guildhall.dev"},
      {"member.guildhall.dev", "members.guildhall.dev"},
      {"apikey", "apikeys.guildhall.dev"},
      {"gorg", "organizations.guildhall.dev cluster"},
      {"auditentries", "auditentries.records.guildhall.dev"},
      {"vmsingle", "vmsingles.operator.victoriametrics.com"},
      {"vlclusters", "vlclusters.operator.victoriametrics.com"},
      {"secrets", "secrets."},
      {"namespaces", "namespaces. cluster"},
      {"leases.coordination.k8s.io", "leases.coordination.k8s.io"},
      {"members.other.example", "members.other.example"},
      {"", "."},
  };
  for (const auto& [written, want] : cases) {
    const ResourceName name = resource_name(written);
    EXPECT_EQ(name.plural + "." + name.group + (name.cluster_scoped ? " cluster" : ""), want) << written;
  }
}

}  // namespace
}  // namespace guildhall::plugin
