#include "operator/records/query.hpp"

#include <algorithm>
#include <charconv>

namespace guildhall::records {

namespace {

std::optional<std::string> form_decoded(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decoded(spaced);
}

std::string_view take_until(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const std::string_view front = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return front;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    const std::string_view digits = text.substr(at + 1, 2);
    unsigned char byte = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2) return std::nullopt;
    decoded += static_cast<char>(byte);
    at += 2;
  }
  return decoded;
}

Query::Query(std::string_view text) {
  while (!text.empty()) {
    std::string_view value = take_until(text, '&');
    if (value.empty() || value.find(';') != std::string_view::npos) continue;
    const auto name = form_decoded(take_until(value, '='));
    const auto decoded = form_decoded(value);
    if (name && decoded) parameters_.emplace_back(*name, *decoded);
  }
}

std::optional<std::string> Query::first(std::string_view name) const {
  const auto found = std::ranges::find(parameters_, name, &std::pair<std::string, std::string>::first);
  return found == parameters_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> Query::names() const {
  std::vector<std::string> names;
  names.reserve(parameters_.size());
  for (const auto& [name, value] : parameters_)
    names.push_back(name);
  return names;
}

std::vector<std::string> Query::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [own, value] : parameters_) {
    if (own == name) values.push_back(value);
  }
  return values;
}

}  // namespace guildhall::records
