#include "operator/page/rate_limiter.hpp"

#include <algorithm>

namespace guildhall::page {

std::optional<std::chrono::milliseconds> TokenBucket::take(const Allowance& allowance, std::int64_t amount,
                                                           SteadyTime now) {
  const SteadyTime full_at = std::max(full_at_, now) + amount * allowance.interval;
  const auto excess = (full_at - now) - allowance.burst * allowance.interval;
  if (excess > SteadyTime::duration::zero()) return std::chrono::ceil<std::chrono::milliseconds>(excess);
  full_at_ = full_at;
  return std::nullopt;
}

void TokenBucket::drain(const Allowance& allowance, std::int64_t amount, SteadyTime now) {
  const SteadyTime full_at = std::max(full_at_, now) + amount * allowance.interval;
  full_at_ = std::min<SteadyTime>(full_at, now + allowance.burst * allowance.interval);
}

TokenBucket& RateLimiter::bucket_of(const std::string& client) {
  if (const auto found = by_name_.find(client); found != by_name_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return found->second->bucket;
  }
  if (by_use_.size() >= limits_.clients) {
    by_name_.erase(by_use_.back().name);
    by_use_.pop_back();
  }
  by_use_.push_front({.name = client, .bucket = {}});
  by_name_.emplace(client, by_use_.begin());
  return by_use_.front().bucket;
}

std::optional<std::chrono::milliseconds> RateLimiter::admit(const std::string& client, SteadyTime now) {
  const std::scoped_lock lock(mutex_);
  if (const auto wait = bucket_of(client).take(limits_.client, 1, now)) return wait;
  return page_.take(limits_.page, 1, now);
}

void RateLimiter::charge_wrong_link(const std::string& client, SteadyTime now) {
  const std::scoped_lock lock(mutex_);
  bucket_of(client).drain(limits_.client, limits_.wrong_link, now);
}

std::size_t RateLimiter::clients() const {
  const std::scoped_lock lock(mutex_);
  return by_use_.size();
}

}  // namespace guildhall::page
