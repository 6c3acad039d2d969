#include "operator/http/listen_address.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <utility>

namespace guildhall::http {
namespace {

std::string host_of(std::string_view text) {
  if (text == "localhost") return "127.0.0.1";
  // Empty brackets are no address, and must not pass for "every address".
  if (text.size() > 2 && text.starts_with('[') && text.ends_with(']'))
    return std::string(text.substr(1, text.size() - 2));
  return std::string(text);
}

bool is_address(const std::string& host) {
  if (host.empty()) return true;
  boost::system::error_code error;
  boost::asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

core::Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  ListenAddress address;
  if (colon != std::string_view::npos) {
    address.host = host_of(text.substr(0, colon));
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    const bool bare_ipv6 = text.front() != '[' && address.host.find(':') != std::string::npos;
    if (error == std::errc{} && end == port.data() + port.size() && !bare_ipv6 && is_address(address.host))
      return address;
  }
  return core::fail(core::ErrorKind::Invalid,
                    fmt::format("'{}' is not an address to listen on: write IP:PORT, [IPv6]:PORT or :PORT", text));
}

}  // namespace guildhall::http
