#include "operator/kube/quoted_content.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <vector>

#include "operator/kube/base64.hpp"

namespace guildhall::kube {

namespace {

/// By so many characters a quotation is known: it may have been cut short anywhere after them.
constexpr std::size_t kFewest = 12;
constexpr std::string_view kInItsPlace = "[struck out]";

/// Each place where `content` is quoted, from its beginning to wherever the quotation ends.
void strike(std::string_view content, std::string& words) {
  const std::string_view begin = content.substr(0, kFewest);
  if (begin.size() < kFewest) return;
  for (std::size_t at = words.find(begin); at != std::string::npos; at = words.find(begin, at)) {
    std::size_t length = begin.size();
    while (length < content.size() && at + length < words.size() && words[at + length] == content[length])
      ++length;
    words.replace(at, length, kInItsPlace);
    at += kInItsPlace.size();
  }
}

/// As Go's %v prints bytes, and its %#v.
void strike_bytes(std::string_view content, std::string& words) {
  const std::span<const unsigned char> bytes(reinterpret_cast<const unsigned char*>(content.data()), content.size());
  strike(fmt::format("{}", fmt::join(bytes, " ")), words);
  strike(fmt::format("{:#x}", fmt::join(bytes, ", ")), words);
}

void strike_entry(const std::string& entry, bool encoded, std::string& words) {
  strike(entry, words);
  std::optional<std::string> clear = encoded ? decode_base64(entry) : entry;
  if (!clear) return;
  strike(*clear, words);
  strike_bytes(*clear, words);
  explicit_bzero(clear->data(), clear->size());
}

void strike_entries(const nlohmann::json& object, const char* field, bool encoded, std::string& words) {
  const auto entries = object.find(field);
  if (entries == object.end() || !entries->is_object()) return;
  for (const auto& entry : *entries) {
    if (entry.is_string()) strike_entry(entry.get_ref<const std::string&>(), encoded, words);
  }
}

}  // namespace

std::string without_quoted_content(std::string words, std::string_view body) {
  const auto object = nlohmann::json::parse(body, nullptr, false);
  if (!object.is_object()) return words;
  const std::string kind = object.value("kind", std::string{});
  if (kind == "Secret") {
    strike_entries(object, "data", true, words);
    strike_entries(object, "stringData", false, words);
  }
  if (kind == "TokenReview") strike(object.value("/spec/token"_json_pointer, std::string{}), words);
  return words;
}

}  // namespace guildhall::kube
