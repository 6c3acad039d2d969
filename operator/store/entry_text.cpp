#include "operator/store/entry_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace guildhall::store {
namespace {

constexpr std::array<char, 256> kLower = [] {
  std::array<char, 256> lower{};
  for (std::size_t byte = 0; byte < lower.size(); ++byte)
    lower[byte] = static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
  return lower;
}();

char lower(char letter) {
  return kLower[static_cast<unsigned char>(letter)];
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char letter) { return lower(letter); });
  return result;
}

/// `needle` is in lower case and not empty.
bool contains(std::string_view text, std::string_view needle) {
  const auto alike = [](char a, char b) { return lower(a) == b; };
  return std::search(text.begin(), text.end(), needle.begin(), needle.end(), alike) != text.end();
}

/// As nlohmann/json writes it within quotes.
std::string escaped(std::string_view text) {
  constexpr std::string_view kShort = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  std::string result;
  for (const char letter : text) {
    if (const auto at = kShort.find(letter); at != std::string_view::npos) {
      result += {'\\', kLetters[at]};
    } else if (static_cast<unsigned char>(letter) < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(letter));
    } else {
      result += letter;
    }
  }
  return result;
}

/// The object "Member/jane" stands in two members; so only what is between slashes stands in JSON as it is here.
std::string_view longest_between_slashes(std::string_view text) {
  std::string_view longest;
  while (true) {
    const auto slash = text.find('/');
    const std::string_view piece = text.substr(0, slash);
    // Of two as long the later one: names tell more than kinds.
    if (piece.size() >= longest.size()) longest = piece;
    if (slash == std::string_view::npos) return longest;
    text.remove_prefix(slash + 1);
  }
}

}  // namespace

EntryText::EntryText(std::string_view text)
    : text_(lower(text)), piece_(lower(escaped(longest_between_slashes(text)))) {}

bool EntryText::stands_in(const core::AuditEntry& entry) const {
  if (text_.empty()) return true;
  const auto has = [this](std::string_view text) { return contains(text, text_); };
  const auto in_change = [&has](const core::FieldChange& change) {
    return has(change.field) || has(change.old_value) || has(change.new_value);
  };
  return has(entry.action) || has(entry.actor.email) || has(entry.actor.user) || has(entry.object.to_string()) ||
         has(entry.note) || std::ranges::any_of(entry.changes, in_change);
}

bool EntryText::may_stand_in(std::string_view canonical_entry) const {
  return piece_.empty() || contains(canonical_entry, piece_);
}

}  // namespace guildhall::store
