#include "controllers/enforcement/clear_tokens.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/apikey/secret_object.hpp"
#include "controllers/apikey/vmauth_view.hpp"

namespace guildhall::controllers::enforcement {

namespace {

using apikey::kVmauthTokenLine;

/// The text up to the next line feed, which goes, too.
std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

void add_lines(std::string_view configuration, const core::Codec& codec, ClearTokens& tokens) {
  while (!configuration.empty()) {
    const std::string_view line = take_line(configuration);
    if (!line.starts_with(kVmauthTokenLine)) continue;
    const std::string_view token = line.substr(kVmauthTokenLine.size());
    tokens.insert_or_assign(codec.sha256_hex(token), core::SecretText(std::string(token)));
  }
}

}  // namespace

void add_tokens_in(const nlohmann::json& data, const core::Codec& codec, ClearTokens& tokens) {
  for (const auto& [name, value] : data.items()) {
    auto text = value.is_string() ? codec.from_base64(value.get_ref<const std::string&>())
                                  : core::Result<std::string>(std::string());
    if (!text) continue;
    if (name == apikey::kVmauthEntry) {
      add_lines(*text, codec, tokens);
    } else {
      tokens.insert_or_assign(codec.sha256_hex(*text), core::SecretText(*text));
    }
    explicit_bzero(text->data(), text->size());
  }
}

std::string filled_in(std::string_view text, const ClearTokens& tokens) {
  std::map<std::string, const core::SecretText*> by_placeholder;
  for (const auto& [hash, token] : tokens)
    by_placeholder[apikey::placeholder(hash)] = &token;
  std::string result;
  // So that no part of a token stays behind in memory that was given back.
  result.reserve(text.size() + 64);
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const bool has_token = line.starts_with(kVmauthTokenLine);
    const auto found =
        has_token ? by_placeholder.find(std::string(line.substr(kVmauthTokenLine.size()))) : by_placeholder.end();
    if (found == by_placeholder.end()) {
      result.append(line);
    } else {
      result.append(kVmauthTokenLine).append(found->second->reveal());
    }
    result += '\n';
  }
  return result;
}

}  // namespace guildhall::controllers::enforcement
