#include "operator/core/token_quotes.hpp"

#include <string_view>

namespace guildhall::core {
namespace {

constexpr std::string_view kWord = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
constexpr std::string_view kPercentEncoded = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_%";

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
constexpr std::string_view kHex = "0123456789abcdefABCDEF";

/// How a token of an ApiKey (gld_) or the secret of an invitation's link (gli_) may be written: what of its prefix
/// shows, and the characters that go on with it.
struct Writing {
  std::string_view mark;
  std::string_view goes_on_with;
  bool also_before;  ///< the text around it, which cannot be parted from it
};

constexpr Writing kWritings[] = {
    {"gld_", kWord, false},
    {"gli_", kWord, false},
    // The prefixes in base64, after 0, 1 and 2 other bytes: the characters that do not depend on what stands beside it.
    {"Z2xkX", kBase64, true},
    {"dsZF", kBase64, true},
    {"nbGRf", kBase64, true},
    {"Z2xpX", kBase64, true},
    {"dsaV", kBase64, true},
    {"nbGlf", kBase64, true},
    {"gld%5F", kPercentEncoded, false},
    {"gli%5F", kPercentEncoded, false},
    {"676c645f", kHex, false},
    {"676C645F", kHex, false},
    {"676c695f", kHex, false},
    {"676C695F", kHex, false},
    {"103 108 100 95 ", "0123456789 ", false},
    {"103 108 105 95 ", "0123456789 ", false},
    {"103,108,100,95,", "0123456789,", false},
    {"103,108,105,95,", "0123456789,", false},
    {"103, 108, 100, 95, ", "0123456789, ", false},
    {"103, 108, 105, 95, ", "0123456789, ", false},
    {"0x67, 0x6c, 0x64, 0x5f, ", "0123456789abcdefx, ", false},
    {"0x67, 0x6c, 0x69, 0x5f, ", "0123456789abcdefx, ", false},
};

void strike_writing(const Writing& writing, std::string& text) {
  constexpr std::string_view in_its_place = "[token struck out]";
  for (std::size_t mark = text.find(writing.mark); mark != std::string::npos; mark = text.find(writing.mark, mark)) {
    std::size_t begin = mark;
    while (writing.also_before && begin > 0 && writing.goes_on_with.contains(text[begin - 1]))
      --begin;
    const std::size_t end = text.find_first_not_of(writing.goes_on_with, mark + writing.mark.size());
    text.replace(begin, (end == std::string::npos ? text.size() : end) - begin, in_its_place);
    mark = begin + in_its_place.size();
  }
}

}  // namespace

std::string strike_tokens(std::string text) {
  for (const Writing& writing : kWritings)
    strike_writing(writing, text);
  return text;
}

}  // namespace guildhall::core
