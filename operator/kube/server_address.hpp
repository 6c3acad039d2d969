#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guildhall::kube {

/// Where the API server is, taken from its URL.
struct ServerAddress {
  bool tls = true;
  std::string host;  ///< a name or an IP address; IPv6 without its brackets
  std::uint16_t port = 443;
  std::string path;  ///< "/clusters/one"; empty: none

  friend bool operator==(const ServerAddress&, const ServerAddress&) = default;
};

/// Reads "https://10.0.0.1:6443/path". Unset: it is no such URL, or it has what one of an API server has not: a user, a
/// query, a fragment, a character that would have to be encoded. Pure. Source: RFC 3986, section 3.
std::optional<ServerAddress> parse_server_address(std::string_view url);

/// Whether a host is an IP address, and no name that has to be looked up. An IPv6 address with a zone is none. Pure.
bool is_ip_address(const std::string& host);

/// As the Host header has it: "10.0.0.1:6443", "[::1]:6443". Pure.
std::string host_header_of(const ServerAddress& address);

}  // namespace guildhall::kube
