#include "operator/page/public_url.hpp"

#include <fmt/format.h>

#include <regex>

#include "operator/core/text.hpp"

namespace guildhall::page {
namespace {

constexpr std::size_t kShortestToken = 16;
constexpr std::size_t kLongestToken = 128;
constexpr std::size_t kLongestUrl = 512;
constexpr int kHighestPort = 65'535;

core::Result<PublicUrl> refuse(std::string_view text) {
  return core::fail(core::ErrorKind::Invalid,
                    fmt::format("'{}' is not the URL of a page: write https://host, https://host:port or "
                                "https://host/path, without query, fragment or user",
                                text));
}

/// Browsers leave out the port that the scheme has anyway.
std::string port_in_origin(const std::string& port, bool is_https) {
  const int number = std::stoi(port);
  return number == (is_https ? 443 : 80) ? "" : fmt::format(":{}", number);
}

}  // namespace

core::Result<PublicUrl> parse_public_url(std::string_view text) {
  static const std::regex url(
      "(https?)://([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+\\])(:([0-9]{1,5}))?"
      "((/[A-Za-z0-9_~][-A-Za-z0-9._~]*)*)/*");
  std::match_results<std::string_view::const_iterator> parts;
  if (text.size() > kLongestUrl || !std::regex_match(text.begin(), text.end(), parts, url)) return refuse(text);
  PublicUrl result{.origin = {}, .prefix = parts[6], .is_https = parts[1] == "https"};
  result.origin = fmt::format("{}://{}", parts[1].str(), core::lower_case(parts[2].str()));
  if (const std::string port = parts[5]; !port.empty()) {
    if (std::stoi(port) == 0 || std::stoi(port) > kHighestPort) return refuse(text);
    result.origin += port_in_origin(port, result.is_https);
  }
  return result;
}

std::string invitation_path(const PublicUrl& url, std::string_view token) {
  return fmt::format("{}/invitations/{}", url.prefix, token);
}

std::string invitation_link(const PublicUrl& url, std::string_view token) {
  return url.origin + invitation_path(url, token);
}

bool is_token(std::string_view text) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return text.size() >= kShortestToken && text.size() <= kLongestToken &&
         text.find_first_not_of(kLetters) == std::string_view::npos;
}

}  // namespace guildhall::page
