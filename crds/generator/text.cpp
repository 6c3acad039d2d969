#include "crds/generator/text.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <sstream>

namespace guildhall::crds::generator {
namespace {

// Lines of at most `width` bytes; a word that is longer stands alone.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    if (!lines.empty() && lines.back().size() + 1 + word.size() <= width)
      lines.back() += " " + word;
    else
      lines.push_back(word);
  }
  return lines;
}

}  // namespace

std::string comment(std::string_view text, std::string_view prefix) {
  std::string result;
  for (const std::string& line : wrap(text, kColumns - prefix.size()))
    result += fmt::format("{}{}\n", prefix, line);
  return result;
}

std::string join(std::span<const std::string> items, std::string_view separator) {
  return fmt::format("{}", fmt::join(items, separator));
}

std::string list(std::string_view open, std::span<const std::string> items, std::string_view close,
                 std::string_view indent) {
  const std::string all = join(items, ", ");
  if (indent.size() + open.size() + all.size() + close.size() <= kColumns)
    return fmt::format("{}{}{}{}\n", indent, open, all, close);
  const std::string inner = std::string(indent) + "    ";
  return fmt::format("{}{}\n{}{}{}\n", indent, open, comment(all, inner), indent, close);
}

std::string literal(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return result + '"';
}

}  // namespace guildhall::crds::generator
