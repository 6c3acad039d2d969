#include "operator/store/stored_id.hpp"

#include <algorithm>

namespace guildhall::store {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

bool is_hexadecimal(std::string_view id) {
  return !id.empty() && id.size() % 2 == 0 && id.find_first_not_of(kDigits) == std::string_view::npos;
}

std::uint8_t value_of(char digit) {
  return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

}  // namespace

StoredId::StoredId(std::string_view id) : id_(id), is_text_(!is_hexadecimal(id)) {
  if (is_text_) {
    bytes_.assign(id.begin(), id.end());
    return;
  }
  bytes_.reserve(id.size() / 2);
  for (std::size_t at = 0; at < id.size(); at += 2)
    bytes_.push_back(static_cast<std::uint8_t>(value_of(id[at]) << 4U | value_of(id[at + 1])));
}

}  // namespace guildhall::store
