#include "controllers/apikey/expiry.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controllers/apikey/reasons.hpp"
#include "operator/core/duration.hpp"

namespace guildhall::controllers::apikey {

std::chrono::seconds checked_duration(const std::string& text) {
  const auto duration = core::parse_duration(text).value_or(std::chrono::seconds{0});
  return std::min<std::chrono::seconds>(duration, kLongestDuration);
}

Expiry wanted_expiry(const api::ApiKeySpec& spec, core::Timestamp issued_at) {
  if (spec.lifetime) return core::floor_to_seconds(issued_at) + checked_duration(*spec.lifetime);
  if (spec.expires_at) return core::floor_to_seconds(*spec.expires_at);
  return std::nullopt;
}

bool ends_later(const Expiry& a, const Expiry& b) {
  if (!b) return false;
  return !a || *a > *b;
}

bool has_expired(const Expiry& expiry, core::Timestamp now) {
  return expiry && *expiry <= now;
}

std::optional<LimitViolation> find_limit_violation(const api::OrganizationSpec& organization, core::Timestamp issued_at,
                                                   const Expiry& expiry) {
  const auto& limits = organization.api_keys;
  if (!expiry) {
    if (limits.allow_no_expiration) return std::nullopt;
    return LimitViolation{reasons::kExpirationRequired,
                          "the Organization does not allow keys that never expire; set lifetime or expiresAt"};
  }
  if (!limits.max_lifetime) return std::nullopt;
  const auto most = checked_duration(*limits.max_lifetime);
  if (*expiry - core::floor_to_seconds(issued_at) <= most) return std::nullopt;
  return LimitViolation{
      reasons::kLifetimeTooLong,
      fmt::format("the Organization allows a token at most {}; shorten the key's lifetime, or choose an "
                  "earlier expiresAt",
                  *limits.max_lifetime)};
}

core::Timestamp expiring_soon_from(core::Timestamp issued_at, core::Timestamp expires_at) {
  const auto fifth = std::max<std::chrono::microseconds>((expires_at - issued_at) / 5, std::chrono::microseconds{0});
  return core::floor_to_seconds(expires_at - std::min<std::chrono::microseconds>(fifth, std::chrono::days{7}));
}

}  // namespace guildhall::controllers::apikey
