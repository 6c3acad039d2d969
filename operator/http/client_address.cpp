#include "operator/http/client_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <optional>

namespace guildhall::http {
namespace {

namespace ip = boost::asio::ip;

constexpr unsigned kIpv4Bits = 32;
constexpr unsigned kIpv6Bits = 128;
constexpr std::size_t kIpv6NetworkBytes = 8;

std::optional<ip::address> address_of(std::string_view text) {
  boost::system::error_code error;
  ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

Network network_of_one(const ip::address& address) {
  Network network{.bytes = {}, .is_ipv4 = address.is_v4(), .prefix = address.is_v4() ? kIpv4Bits : kIpv6Bits};
  if (address.is_v4()) {
    std::ranges::copy(address.to_v4().to_bytes(), network.bytes.begin());
  } else {
    std::ranges::copy(address.to_v6().to_bytes(), network.bytes.begin());
  }
  return network;
}

bool has_bit(const std::array<std::uint8_t, 16>& bytes, unsigned bit) {
  return (bytes[bit / 8] >> (7U - bit % 8)) % 2U == 1U;
}

bool contains(const Network& network, const Network& one) {
  if (network.is_ipv4 != one.is_ipv4) return false;
  for (unsigned bit = 0; bit < network.prefix; ++bit)
    if (has_bit(network.bytes, bit) != has_bit(one.bytes, bit)) return false;
  return true;
}

bool has_bits_behind_prefix(const Network& network) {
  for (unsigned bit = network.prefix; bit < kIpv6Bits; ++bit)
    if (has_bit(network.bytes, bit)) return true;
  return false;
}

bool is_trusted(const ip::address& address, const std::vector<Network>& proxies) {
  const Network one = network_of_one(address);
  return std::ranges::any_of(proxies, [&](const Network& network) { return contains(network, one); });
}

std::optional<unsigned> number_of(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "192.0.2.1:443" and "[2001:db8::1]:443" without their ports.
std::string_view without_port(std::string_view entry) {
  if (entry.starts_with('[')) return entry.substr(1, entry.find(']') - 1);
  return std::ranges::count(entry, ':') == 1 ? entry.substr(0, entry.find(':')) : entry;
}

/// Takes the last entry off the list.
std::string_view take_last(std::string_view& list) {
  constexpr std::string_view kSpace = " \t";
  const auto comma = list.rfind(',');
  std::string_view entry = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
  while (!entry.empty() && kSpace.contains(entry.front()))
    entry.remove_prefix(1);
  while (!entry.empty() && kSpace.contains(entry.back()))
    entry.remove_suffix(1);
  return entry;
}

}  // namespace

core::Result<Network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = address_of(text.substr(0, slash));
  if (address) {
    Network network = network_of_one(*address);
    const auto prefix = slash == std::string_view::npos ? network.prefix : number_of(text.substr(slash + 1));
    const bool fits = prefix && *prefix <= network.prefix;
    if (fits) network.prefix = *prefix;
    if (fits && !has_bits_behind_prefix(network)) return network;
  }
  return core::fail(core::ErrorKind::Invalid,
                    fmt::format("'{}' is not a network: write 10.0.0.0/8, fd00::/8 or an address, without bits behind "
                                "the prefix",
                                text));
}

std::string client_address(const Request& request, const std::vector<Network>& trusted_proxies) {
  auto client = address_of(request.peer);
  if (!client) return request.peer;
  const auto forwarded = request.headers.find("x-forwarded-for");
  if (forwarded == request.headers.end()) return client->to_string();
  std::string_view list = forwarded->second;
  while (!list.empty() && is_trusted(*client, trusted_proxies)) {
    const auto next = address_of(without_port(take_last(list)));
    if (!next) break;
    client = next;
  }
  return client->to_string();
}

std::string client_network(std::string_view address) {
  const auto parsed = address_of(address);
  if (!parsed || parsed->is_v4()) return std::string(address);
  ip::address_v6::bytes_type bytes = parsed->to_v6().to_bytes();
  std::fill(bytes.begin() + kIpv6NetworkBytes, bytes.end(), std::uint8_t{0});
  return ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace guildhall::http
