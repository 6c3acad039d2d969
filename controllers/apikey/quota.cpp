#include "controllers/apikey/quota.hpp"

#include <algorithm>
#include <tuple>

namespace guildhall::controllers::apikey {
namespace {

bool counts(const api::ApiKey& key) {
  const auto& phase = key.status.phase;
  return !key.metadata.is_deleting() && !key.spec.revoked && phase != api::ApiKeyPhase::Revoked &&
         phase != api::ApiKeyPhase::Expired;
}

/// An expired key that is to be renewed has given its room away and waits like a new one.
bool waits(const api::ApiKey& key) {
  return key.status.keys.empty() || key.status.phase == api::ApiKeyPhase::Expired;
}

bool comes_before(const api::ApiKey& a, const api::ApiKey& b) {
  const bool a_waits = waits(a);
  const bool b_waits = waits(b);
  return std::tie(a_waits, a.metadata.creation_timestamp, a.metadata.name) <
         std::tie(b_waits, b.metadata.creation_timestamp, b.metadata.name);
}

}  // namespace

bool is_over_quota(const api::ApiKey& key, const std::vector<std::shared_ptr<const api::ApiKey>>& all,
                   std::int64_t max_keys) {
  if (static_cast<std::int64_t>(all.size()) <= max_keys) return false;
  const auto before = std::count_if(all.begin(), all.end(),
                                    [&](const auto& other) { return counts(*other) && comes_before(*other, key); });
  return before >= max_keys;
}

}  // namespace guildhall::controllers::apikey
