#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace guildhall::api {

/// A field that takes one of a list of words. The generated `words_of(E)` gives the words in the enumerators' order.
template <class E>
concept Word = std::is_enum_v<E> && requires(E value) {
  { words_of(value) } -> std::convertible_to<std::span<const std::string_view>>;
};

/// The word as users see it.
template <Word E>
std::string_view to_string(E value) {
  return words_of(value)[static_cast<std::size_t>(value)];
}

/// The enumerator of a word, or nothing when there is none: words are case-sensitive.
template <Word E>
std::optional<E> parse_word(std::string_view word) {
  const std::span<const std::string_view> words = words_of(E{});
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<E>(found - words.begin());
}

}  // namespace guildhall::api
