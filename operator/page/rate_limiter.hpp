#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace guildhall::page {

using SteadyTime = std::chrono::steady_clock::time_point;

/// How much may be asked: `burst` at once, and one more each `interval`.
struct Allowance {
  std::int64_t burst = 1;
  std::chrono::milliseconds interval{1};
};

/// A token bucket, kept as the one time at which it is full again (GCRA): whole numbers, no drift. Time is an argument.
/// Not thread-safe.
class TokenBucket {
 public:
  /// Takes so much, at most `allowance.burst`. Unset: it was there. Else nothing is taken, and the same will be there
  /// after that time if nobody takes any meanwhile.
  std::optional<std::chrono::milliseconds> take(const Allowance& allowance, std::int64_t amount, SteadyTime now);
  /// Takes so much as there is of it.
  void drain(const Allowance& allowance, std::int64_t amount, SteadyTime now);

 private:
  SteadyTime full_at_ = SteadyTime::min();
};

/// The page's limits. One visit takes 3 requests, so 40 people behind one address may come at the same moment, and 40 a
/// minute after that. A wrong link costs 10 more: after 10 of them one address has to wait 5 s for each further one.
struct RateLimits {
  Allowance client{.burst = 120, .interval = std::chrono::milliseconds{500}};
  Allowance page{.burst = 500, .interval = std::chrono::milliseconds{10}};
  std::int64_t wrong_link = 10;
  std::size_t clients =
      10'000;  ///< remembered at once, at least 1; for one more the one that was silent longest is forgotten
};

/// Limits requests for each client and for the page as a whole. A client that has used up its own takes nothing from
/// the others. Thread-safe.
class RateLimiter {
 public:
  explicit RateLimiter(const RateLimits& limits) : limits_(limits) {}

  /// One request. Unset: answer it. Else how long to wait. `client`: what is limited as one.
  std::optional<std::chrono::milliseconds> admit(const std::string& client, SteadyTime now);
  /// The request that was just admitted asked for what is not there.
  void charge_wrong_link(const std::string& client, SteadyTime now);
  [[nodiscard]] std::size_t clients() const;

 private:
  struct Client {
    std::string name;
    TokenBucket bucket;
  };

  TokenBucket& bucket_of(const std::string& client);

  const RateLimits limits_;
  mutable std::mutex mutex_;
  TokenBucket page_;
  std::list<Client> by_use_;  ///< the one seen last comes first
  std::unordered_map<std::string, std::list<Client>::iterator> by_name_;
};

}  // namespace guildhall::page
