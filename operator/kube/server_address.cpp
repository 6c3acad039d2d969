#include "operator/kube/server_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace guildhall::kube {

namespace {

constexpr std::uint16_t kHttpsPort = 443;
constexpr std::uint16_t kHttpPort = 80;

bool is_visible(unsigned char c) {
  return c > ' ' && c < 0x7F;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

/// The text before the first `mark`, and all from there on.
std::pair<std::string_view, std::string_view> split_at(std::string_view text, char mark) {
  const auto at = std::min(text.find(mark), text.size());
  return {text.substr(0, at), text.substr(at)};
}

/// The host, and ":port" or nothing.
std::pair<std::string_view, std::string_view> split_authority(std::string_view authority) {
  if (!authority.starts_with('[')) return split_at(authority, ':');
  const auto [host, rest] = split_at(authority.substr(1), ']');
  return {host, rest.empty() ? "?" : rest.substr(1)};
}

std::string_view without_final_slash(std::string_view path) {
  return path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

}  // namespace

std::optional<ServerAddress> parse_server_address(std::string_view url) {
  if (!std::ranges::all_of(url, is_visible) || url.find_first_of("@?#\\\"<>^`{|}") != std::string_view::npos)
    return std::nullopt;
  ServerAddress address;
  address.tls = url.starts_with("https://");
  if (!address.tls && !url.starts_with("http://")) return std::nullopt;
  const auto [authority, path] = split_at(url.substr(url.find("//") + 2), '/');
  const auto [host, port] = split_authority(authority);
  address.host = host;
  address.path = without_final_slash(path);
  address.port = address.tls ? kHttpsPort : kHttpPort;
  if (host.empty()) return std::nullopt;
  if (port.empty()) return address;
  const auto named = port.starts_with(':') ? parse_port(port.substr(1)) : std::nullopt;
  if (!named) return std::nullopt;
  address.port = *named;
  return address;
}

bool is_ip_address(const std::string& host) {
  in6_addr room{};
  return ::inet_pton(AF_INET, host.c_str(), &room) == 1 || ::inet_pton(AF_INET6, host.c_str(), &room) == 1;
}

std::string host_header_of(const ServerAddress& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_ipv6 ? "[" : "", address.host, is_ipv6 ? "]" : "", address.port);
}

}  // namespace guildhall::kube
