#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall::core {

/// Who asks, as the API server authenticated it. Source: authentication.k8s.io/v1, UserInfo.
struct User {
  std::string name;
  std::string uid;
  std::vector<std::string> groups;
  std::map<std::string, std::vector<std::string>> extra;
  bool operator==(const User&) const = default;
};

/// How the user has signed in, in the words of Member's status.authMethods: by the credential id that the API server
/// adds, and the name and UID of the user. Empty: not known. Who is impersonated has shown no credential of its own,
/// and cannot be told from who has shown one without an id, as a static token.
std::string_view credential_kind(const User& user);

}  // namespace guildhall::core
