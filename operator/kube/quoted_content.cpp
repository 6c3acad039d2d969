#include "operator/kube/quoted_content.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <vector>

#include "operator/kube/base64.hpp"

namespace guildhall::kube {

namespace {

/// By so many characters a quotation is known: it may have been cut short anywhere after them.
constexpr std::size_t kFewest = 12;
/// What is shorter is a name, not a secret.
constexpr std::size_t kShortestSecret = 16;
constexpr std::string_view kInItsPlace = "[struck out]";

/// Finds what is quoted in a text, all of it before anything is taken out: one quotation may lie within another.
class Quotations {
 public:
  explicit Quotations(std::string_view words) : words_(words), quoted_(words.size(), false) {}

  /// Each place where `content` is quoted, from its beginning to wherever the quotation ends.
  void mark(std::string_view content) {
    const std::string_view begin = content.substr(0, kFewest);
    if (begin.size() < kFewest) return;
    for (std::size_t at = words_.find(begin); at != std::string_view::npos; at = words_.find(begin, at + 1)) {
      for (std::size_t i = 0; i < content.size() && at + i < words_.size() && words_[at + i] == content[i]; ++i)
        quoted_[at + i] = true;
    }
  }

  /// As they stand, in base64, as Go's %v prints bytes, and its %#v.
  void mark_bytes(std::string_view content) {
    const std::span<const unsigned char> bytes(reinterpret_cast<const unsigned char*>(content.data()), content.size());
    mark(content);
    mark(encode_base64(content));
    mark(fmt::format("{}", fmt::join(bytes, " ")));
    mark(fmt::format("{:#x}", fmt::join(bytes, ", ")));
  }

  [[nodiscard]] std::string without() const {
    std::string rest;
    for (std::size_t at = 0; at < words_.size(); ++at) {
      if (!quoted_[at]) rest += words_[at];
      if (quoted_[at] && (at == 0 || !quoted_[at - 1])) rest += kInItsPlace;
    }
    return rest;
  }

 private:
  std::string_view words_;
  std::vector<bool> quoted_;
};

void mark_entry(const std::string& entry, bool encoded, Quotations& quotations) {
  std::optional<std::string> clear = encoded ? decode_base64(entry) : entry;
  if (!clear || clear->size() < kShortestSecret) return;
  quotations.mark_bytes(entry);
  quotations.mark_bytes(*clear);
  explicit_bzero(clear->data(), clear->size());
}

void mark_entries(const nlohmann::json& object, const char* field, bool encoded, Quotations& quotations) {
  const auto entries = object.find(field);
  if (entries == object.end() || !entries->is_object()) return;
  for (const auto& entry : *entries) {
    if (entry.is_string()) mark_entry(entry.get_ref<const std::string&>(), encoded, quotations);
  }
}

}  // namespace

std::string without_quoted_content(std::string words, std::string_view body) {
  const auto object = nlohmann::json::parse(body, nullptr, false);
  if (!object.is_object()) return words;
  const std::string kind = object.value("kind", std::string{});
  Quotations quotations(words);
  if (kind == "Secret") {
    mark_entries(object, "data", true, quotations);
    mark_entries(object, "stringData", false, quotations);
  }
  if (kind == "TokenReview") quotations.mark(object.value("/spec/token"_json_pointer, std::string{}));
  return quotations.without();
}

}  // namespace guildhall::kube
