#include "operator/crypto/certificate_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace guildhall::crypto {
namespace {

using Groups = std::array<unsigned, 8>;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

/// Only an address ends in one.
bool is_number(std::string_view label) {
  return std::ranges::all_of(label, [](char c) { return c >= '0' && c <= '9'; });
}

unsigned octet(std::string_view octets, std::size_t at) {
  return static_cast<std::uint8_t>(octets[at]);
}

struct Run {
  std::size_t begin = 0;
  std::size_t length = 0;
};

/// The first of the longest runs of zeros. One zero alone is none.
Run longest_zeros(const Groups& groups) {
  Run longest{.begin = groups.size(), .length = 1};
  Run current;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups.at(i) != 0) {
      current = {.begin = i + 1, .length = 0};
    } else if (++current.length > longest.length) {
      longest = current;
    }
  }
  return longest.begin == groups.size() ? Run{.begin = groups.size(), .length = 0} : longest;
}

std::string ipv6_text(std::string_view octets) {
  Groups groups{};
  for (std::size_t i = 0; i < groups.size(); ++i)
    groups.at(i) = octet(octets, 2 * i) << 8U | octet(octets, 2 * i + 1);
  const Run zeros = longest_zeros(groups);
  const auto head = groups.begin() + static_cast<std::ptrdiff_t>(zeros.begin);
  const auto tail = head + static_cast<std::ptrdiff_t>(zeros.length);
  return fmt::format("{:x}{}{:x}", fmt::join(groups.begin(), head, ":"),
                     zeros.length == 0 ? "" : "::", fmt::join(tail, groups.end(), ":"));
}

}  // namespace

bool is_dns_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  if (name.starts_with("*.")) name.remove_prefix(2);
  while (true) {
    const auto dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return !is_number(name);
    name.remove_prefix(dot + 1);
  }
}

std::string address_text(std::string_view octets) {
  if (octets.size() == 16) return ipv6_text(octets);
  if (octets.size() != 4) return {};
  return fmt::format("{}.{}.{}.{}", octet(octets, 0), octet(octets, 1), octet(octets, 2), octet(octets, 3));
}

}  // namespace guildhall::crypto
