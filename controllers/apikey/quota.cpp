#include "controllers/apikey/quota.hpp"

#include <algorithm>
#include <tuple>

namespace guildhall::controllers::apikey {
namespace {

bool is_granted(const api::ApiKey& key, const GrantedRoom& granted) {
  const auto found = granted.find(key.metadata.key());
  return found != granted.end() && found->second == key.metadata.uid;
}

bool counts(const api::ApiKey& key, bool granted) {
  const auto& phase = key.status.phase;
  if (key.metadata.is_deleting() || key.spec.revoked || phase == api::ApiKeyPhase::Revoked) return false;
  return granted || phase != api::ApiKeyPhase::Expired;
}

}  // namespace

bool waits_for_room(const api::ApiKey& key) {
  return key.status.keys.empty() || key.status.phase == api::ApiKeyPhase::Expired;
}

bool is_over_quota(const api::ApiKey& key, const std::vector<std::shared_ptr<const api::ApiKey>>& all,
                   std::int64_t max_keys, const GrantedRoom& granted) {
  if (static_cast<std::int64_t>(all.size()) <= max_keys) return false;
  const auto rank = [&](const api::ApiKey& one) {
    const bool waits = waits_for_room(one) && !is_granted(one, granted);
    return std::make_tuple(waits, one.metadata.creation_timestamp, std::string_view(one.metadata.name));
  };
  const auto own = rank(key);
  const auto before = std::count_if(all.begin(), all.end(), [&](const auto& other) {
    return counts(*other, is_granted(*other, granted)) && rank(*other) < own;
  });
  return before >= max_keys;
}

}  // namespace guildhall::controllers::apikey
