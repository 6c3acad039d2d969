#include "operator/gate/credentials.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/core/text.hpp"
#include "operator/kube/base64.hpp"

namespace guildhall::gate {

namespace {

std::optional<std::string> password_of(std::string_view encoded) {
  const auto decoded = kube::decode_base64(encoded);
  if (!decoded) return std::nullopt;
  const auto colon = decoded->find(':');
  return colon == std::string::npos ? std::nullopt : std::optional(decoded->substr(colon + 1));
}

/// Unset: no key in a form that we take. Schemes are the same in upper and lower case (RFC 9110, section 11.1).
std::optional<std::string> token_of(std::string_view authorization) {
  const std::string_view whole = core::trimmed(authorization);
  const auto space = std::min(whole.find_first_of(" \t"), whole.size());
  const std::string scheme = core::lower_case(whole.substr(0, space));
  const std::string_view rest = core::trimmed(whole.substr(space));
  if ((scheme == "bearer" || scheme == "token") && !rest.empty()) return std::string(rest);
  return scheme == "basic" ? password_of(rest) : std::nullopt;
}

}  // namespace

Credentials credentials_of(const http::Request& request) {
  std::vector<std::string> tokens;
  bool malformed = false;
  for (const std::string& authorization : http::values_of(request, "authorization")) {
    if (core::trimmed(authorization).empty()) continue;
    auto token = token_of(authorization);
    malformed |= !token;
    if (token) tokens.push_back(std::move(*token));
  }
  for (const std::string& access : http::values_of(request, kAccessHeader)) {
    if (!core::trimmed(access).empty()) tokens.emplace_back(core::trimmed(access));
  }
  if (malformed) return {.presented = Presented::Malformed, .token = {}};
  if (tokens.empty()) return {};
  const bool several = std::ranges::any_of(tokens, [&](const std::string& one) { return one != tokens.front(); });
  if (several) return {.presented = Presented::Several, .token = {}};
  return {.presented = Presented::Token, .token = std::move(tokens.front())};
}

}  // namespace guildhall::gate
