#include "controllers/enforcement/clear_tokens.hpp"

#include <nlohmann/json.hpp>

#include "controllers/apikey/secret_object.hpp"
#include "controllers/apikey/vmauth_text.hpp"

namespace guildhall::controllers::enforcement {

namespace {

void add(std::string_view token, const core::Codec& codec, ClearTokens& tokens) {
  tokens.insert_or_assign(codec.sha256_hex(token), core::SecretText(std::string(token)));
}

void add_lines(std::string_view configuration, const core::Codec& codec, ClearTokens& tokens) {
  while (!configuration.empty()) {
    if (const auto token = apikey::token_in(apikey::take_line(configuration))) add(*token, codec, tokens);
  }
}

}  // namespace

void add_tokens_in(const nlohmann::json& data, const core::Codec& codec, ClearTokens& tokens) {
  apikey::read_entries(data, codec, [&](const std::string& name, std::string_view text) {
    if (name == apikey::kVmauthEntry) {
      add_lines(text, codec, tokens);
    } else {
      add(text, codec, tokens);
    }
  });
}

std::string filled_in(std::string_view text, const ClearTokens& tokens) {
  std::map<std::string, const core::SecretText*> by_placeholder;
  for (const auto& [hash, token] : tokens)
    by_placeholder[apikey::placeholder(hash)] = &token;
  std::string result;
  // So that no part of a token stays behind in memory that was given back.
  result.reserve(text.size() + 64);
  while (!text.empty()) {
    const std::string_view line = apikey::take_line(text);
    const auto placeholder = apikey::token_in(line);
    const auto found = placeholder ? by_placeholder.find(std::string(*placeholder)) : by_placeholder.end();
    if (found == by_placeholder.end()) {
      result.append(line);
    } else {
      result.append(apikey::kVmauthTokenLine).append(found->second->reveal());
    }
    result += '\n';
  }
  return result;
}

}  // namespace guildhall::controllers::enforcement
