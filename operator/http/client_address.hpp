#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/http/server.hpp"

namespace guildhall::http {

/// A network of IPv4 or of IPv6 addresses.
struct Network {
  std::array<std::uint8_t, 16> bytes{};  ///< IPv4: the first four
  bool is_ipv4 = false;
  unsigned prefix = 0;  ///< so many leading bits are the network's
  bool operator==(const Network&) const = default;
};

/// Reads "10.0.0.0/8", "fd00::/8"; an address alone is a network of one. Errors: Invalid, also for bits behind the
/// prefix ("10.1.0.0/8"), which hint at a slip.
core::Result<Network> parse_network(std::string_view text);

/// Who sent the request: the peer, or, behind trusted proxies, the last address of X-Forwarded-For that is not one of
/// them. What stands before that anybody may have written, so it is not read. An entry that is no address ends the
/// search at the proxy that sent it. Entries may carry a port, as some proxies write them. Pure.
std::string client_address(const Request& request, const std::vector<Network>& trusted_proxies);

/// What is one client when clients are counted: an IPv4 address, or an IPv6 network of /64, all of which one machine
/// usually has. What is no address stays as it is. Pure.
std::string client_network(std::string_view address);

}  // namespace guildhall::http
