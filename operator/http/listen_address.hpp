#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::http {

/// Where to listen.
struct ListenAddress {
  std::string host;        ///< an IP address; empty: every address of this machine, IPv6 and IPv4
  std::uint16_t port = 0;  ///< 0: one that the system chooses
  bool operator==(const ListenAddress&) const = default;
};

/// Reads "127.0.0.1:8080", ":8080", "[::1]:8080", "localhost:8080". Errors: Invalid, naming the text.
core::Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace guildhall::http
