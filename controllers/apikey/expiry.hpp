#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "operator/api/apikey.hpp"
#include "operator/api/organization.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::controllers::apikey {

/// When a token ends. Unset: never.
using Expiry = std::optional<core::Timestamp>;

/// When a token issued at `issued_at` ends by the spec: issue time + lifetime, or expiresAt, or never.
Expiry wanted_expiry(const api::ApiKeySpec& spec, core::Timestamp issued_at);

/// Whether `a` ends later than `b`.
bool ends_later(const Expiry& a, const Expiry& b);

/// Whether it has ended at `now`. At the very second of its expiry a token is no longer accepted.
bool has_expired(const Expiry& expiry, core::Timestamp now);

/// The Organization's rule that a token from `issued_at` to `expiry` breaks: a reason and a message for people.
struct LimitViolation {
  const char* reason;
  std::string message;
};
std::optional<LimitViolation> find_limit_violation(const api::OrganizationSpec& organization, core::Timestamp issued_at,
                                                   const Expiry& expiry);

/// From when on a token counts as expiring soon: the last fifth of its life, at most its last 7 days.
core::Timestamp expiring_soon_from(core::Timestamp issued_at, core::Timestamp expires_at);

/// The longest that the CRDs let pass: 100y. Any time that they let pass plus this one fits into a Timestamp.
inline constexpr std::chrono::days kLongestDuration{36'500};

/// The duration of a field that the CRD has checked. What it would not have let pass (an object may be older than the
/// rule): zero when it cannot be read, kLongestDuration when it is longer.
std::chrono::seconds checked_duration(const std::string& text);

}  // namespace guildhall::controllers::apikey
