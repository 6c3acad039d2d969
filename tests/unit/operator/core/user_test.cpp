#include "operator/core/user.hpp"

#include <gtest/gtest.h>

namespace guildhall::core {
namespace {

TEST(CredentialKind, IsToldByTheCredentialIdAndTheName) {
  const auto user = [](const std::string& name, const std::string& id) {
    User info{.name = name, .uid = {}, .groups = {}, .extra = {}};
    if (!id.empty()) info.extra["authentication.kubernetes.io/credential-id"] = {id};
    return info;
  };
  EXPECT_EQ(credential_kind(user("ada", "X509SHA256=ab")), "ClientCertificate");
  EXPECT_EQ(credential_kind(user("system:serviceaccount:a:b", "JTI=1")), "ServiceAccountToken");
  EXPECT_EQ(credential_kind(user("ada", "JTI=1")), "OIDC");
}

TEST(CredentialKind, IsUnknownOfWhomNoCredentialIsNamed) {
  const User impersonated{.name = "ada", .uid = {}, .groups = {}, .extra = {}};
  EXPECT_EQ(credential_kind(impersonated), "");
  const User robot{.name = "system:serviceaccount:a:b", .uid = {}, .groups = {}, .extra = {}};
  EXPECT_EQ(credential_kind(robot), "");
  const User by_token_of_a_secret{.name = "system:serviceaccount:a:b", .uid = "u-1", .groups = {}, .extra = {}};
  EXPECT_EQ(credential_kind(by_token_of_a_secret), "ServiceAccountToken");
}

}  // namespace
}  // namespace guildhall::core
