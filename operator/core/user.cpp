#include "operator/core/user.hpp"

namespace guildhall::core {

namespace {

constexpr const char* kCredentialId = "authentication.kubernetes.io/credential-id";

}  // namespace

std::string_view credential_kind(const User& user) {
  const auto ids = user.extra.find(kCredentialId);
  const std::string id = ids == user.extra.end() || ids->second.empty() ? "" : ids->second.front();
  if (id.starts_with("X509SHA256=")) return "ClientCertificate";
  const bool has_token_id = id.starts_with("JTI=");
  if (user.name.starts_with("system:serviceaccount:")) {
    // The token that stands in a Secret has no id, but gives the UID, which who is impersonated lacks.
    return has_token_id || !user.uid.empty() ? "ServiceAccountToken" : "";
  }
  return has_token_id ? "OIDC" : "";
}

}  // namespace guildhall::core
