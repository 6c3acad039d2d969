#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/user.hpp"

namespace guildhall::records {

/// Header fields of a request: names in lower case, each value of a repeated one apart. Joined they would be no good: a
/// group's name may hold a comma.
using Headers = std::multimap<std::string, std::string, std::less<>>;

/// Who asks, as the API server authenticated it.
using core::User;

/// Whom to believe about who asks: the ConfigMap kube-system/extension-apiserver-authentication. Names of headers are
/// in lower case. Source: Kubernetes, "Configure the Aggregation Layer"; k8s.io/apiserver pkg/authentication/request.
struct FrontProxy {
  std::string client_ca;                   ///< PEM: what the front proxy's certificate is signed by
  std::vector<std::string> allowed_names;  ///< common names; empty: any
  std::vector<std::string> username_headers;
  std::vector<std::string> uid_headers;  ///< x-remote-uid when the ConfigMap, as before 1.32, does not say
  std::vector<std::string> group_headers;
  std::vector<std::string> extra_prefixes;
  bool operator==(const FrontProxy&) const = default;
};

/// Reads the ConfigMap's data. Errors: Invalid, naming the entry that is missing or is no JSON list of texts.
core::Result<FrontProxy> parse_front_proxy(const std::map<std::string, std::string>& data);

/// Who asks, by the headers of a request whose client certificate was verified against client_ca and has that common
/// name; empty: there was none. Unset: nobody is believed, which is 401.
std::optional<User> authenticate(const FrontProxy& proxy, std::string_view common_name, const Headers& headers);

}  // namespace guildhall::records
