#include "controllers/member/invitation_token.hpp"

#include <algorithm>

#include "operator/core/random_text.hpp"

namespace guildhall::controllers::member {

namespace {

constexpr std::string_view kPrefix = "gli_";
constexpr std::size_t kSecretLength = 43;

}  // namespace

core::SecretText draw_invitation_token(core::RandomSource& random) {
  std::string text;
  text.reserve(kPrefix.size() + kSecretLength);
  text.append(kPrefix);
  core::append_random_base62(random, kSecretLength, text);
  return core::SecretText(std::move(text));
}

bool is_invitation_token(std::string_view text) {
  if (text.size() != kPrefix.size() + kSecretLength || !text.starts_with(kPrefix)) return false;
  return std::ranges::all_of(text.substr(kPrefix.size()), [](char c) { return core::kBase62.contains(c); });
}

std::string_view token_of_link(std::string_view link) {
  const std::string_view end = link.substr(link.rfind('/') + 1);  // npos + 1 is 0
  return end.size() < link.size() && is_invitation_token(end) ? end : std::string_view{};
}

}  // namespace guildhall::controllers::member
