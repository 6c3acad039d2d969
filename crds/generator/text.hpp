#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace guildhall::crds::generator {

/// The widest line of generated code.
inline constexpr std::size_t kColumns = 120;

/// `text` in lines that begin with `prefix` and end in a line feed, broken at spaces to kColumns characters.
std::string comment(std::string_view text, std::string_view prefix);

/// "a, b, c" between `open` and `close`; on lines of their own, indented by `indent`, when it would not fit in one.
std::string list(std::string_view open, std::span<const std::string> items, std::string_view close,
                 std::string_view indent);

/// A C++ string literal.
std::string literal(std::string_view text);

std::string join(std::span<const std::string> items, std::string_view separator);

}  // namespace guildhall::crds::generator
