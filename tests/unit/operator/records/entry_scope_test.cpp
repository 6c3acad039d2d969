#include "operator/records/entry_scope.hpp"

#include <gtest/gtest.h>

#include "tests/unit/operator/records/some_entries.hpp"

namespace guildhall::records {
namespace {

core::Result<std::optional<core::AuditOrganization>> lookup(const std::string& ns) {
  if (ns == "acme") return std::optional(core::AuditOrganization{.name = "acme", .uid = "u-1", .home = "acme"});
  if (ns == "halfway") return std::optional(core::AuditOrganization{.name = "halfway", .uid = "", .home = ""});
  if (ns == "unknown") return core::fail(core::ErrorKind::Unavailable, "caches are not filled");
  return std::optional<core::AuditOrganization>();
}

EntryScope scope(const std::string& ns, const EntrySelection& selection = {}) {
  return *scope_of(ns, selection, lookup);
}

EntrySelection in(const char* ns) {
  return {.filter = {}, .name = {}, .ns = ns};
}

TEST(AScope, OfANamespaceIsTheOrganizationThatClaimsItNow) {
  EXPECT_FALSE(scope("acme").nothing);
  EXPECT_EQ(scope("acme").filter.organization_uid, "u-1");
  EXPECT_TRUE(scope("acme").holds(role_change().entry));
  core::AuditEntry former = role_change().entry;
  former.organization.uid = "u-0";
  EXPECT_FALSE(scope("acme").holds(former));
}

TEST(AScope, OfANamespaceThatNobodyClaimsIsNothing) {
  for (const char* ns : {"globex", "halfway"}) {
    EXPECT_TRUE(scope(ns).nothing) << ns;
    EXPECT_FALSE(scope(ns).holds(role_change().entry)) << ns;
  }
}

TEST(AScope, OfTheClusterIsEverything) {
  EXPECT_FALSE(scope("").nothing);
  EXPECT_EQ(scope("").filter.organization_uid, "");
  EXPECT_TRUE(scope("").holds(role_change().entry));
}

TEST(AScope, OfTheClusterMayBeNarrowedToANamespace) {
  EXPECT_EQ(scope("", in("acme")).filter.organization_uid, "u-1");
  EXPECT_TRUE(scope("", in("globex")).nothing);
}

TEST(AScope, OfANamespaceIsNotWidenedToAnother) {
  EXPECT_TRUE(scope("globex", in("acme")).nothing);
  EXPECT_TRUE(scope("acme", in("globex")).nothing);
  EXPECT_TRUE(scope("acme", in("")).nothing);
  EXPECT_FALSE(scope("acme", in("acme")).nothing);
}

TEST(AScope, KeepsWhatIsSelected) {
  EntrySelection selection;
  selection.filter.action = "MemberCreated";
  EXPECT_EQ(scope("acme", selection).filter.action, "MemberCreated");
  EXPECT_EQ(scope("", selection).filter.action, "MemberCreated");
}

TEST(AScope, IsNotGuessedWhileNobodyKnows) {
  EXPECT_EQ(scope_of("unknown", {}, lookup).error().kind, core::ErrorKind::Unavailable);
}

}  // namespace
}  // namespace guildhall::records
