#pragma once

#include <chrono>
#include <optional>
#include <stop_token>

#include "operator/core/result.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// What is known when an attempt has failed.
struct Attempt {
  int made = 1;                         ///< attempts made so far, this one too
  int lost = 0;                         ///< of these, how many lost their connection, this one too if it did
  bool renewed = false;                 ///< the request was sent again with new credentials before
  bool repeatable = true;               ///< a lost connection does not forbid another attempt (Call::repeatable)
  std::chrono::milliseconds waited{0};  ///< between the attempts so far
};

struct RetryLimits {
  int attempts = 10;                               ///< for a server that answers; in all
  std::chrono::milliseconds longest_wait{60'000};  ///< between the attempts; in all
};

/// Whether the request is sent again, and after how long; unset: the outcome stands. Pure; `random` is in [0, 1).
///  - 429: always, and 5xx only with Retry-After, within the limits: after what the server told, or (429 without it)
///    100 ms doubling to 5 s, each lengthened by up to a quarter by chance. A server that asks for more than the limit
///    leaves is not waited for: the error carries what it asked for, and the queue is the better place to wait.
///  - a lost connection: twice, if repeatable, after about 50 and 100 ms. The usual case is a kept connection that the
///    server closed meanwhile.
///  - 401: once, at once, if the transport has other credentials now.
///  - Timeout, Canceled and all else: never.
/// Source: client-go rest/with_retry.go; the lost connection is ours.
std::optional<std::chrono::milliseconds> retry_delay(const core::Result<HttpResponse>& outcome, const Attempt& attempt,
                                                     const RetryLimits& limits, double random);

/// Waits. False: `stop` was requested first.
bool pause(std::chrono::milliseconds time, const std::stop_token& stop);

/// Uniform in [0, 1), seeded from the system. Thread-safe.
double system_random();

}  // namespace guildhall::kube
