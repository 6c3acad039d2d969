#include "operator/kube/retry.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

#include "operator/kube/status.hpp"

namespace guildhall::kube {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstWait{100};
constexpr milliseconds kLongestOwnWait{5'000};
constexpr milliseconds kFirstReconnect{50};
constexpr int kMaxLost = 2;

milliseconds lengthened(milliseconds time, double random) {
  return time + milliseconds(static_cast<std::int64_t>(static_cast<double>(time.count()) * random / 4));
}

milliseconds doubled(milliseconds first, int times, milliseconds longest) {
  for (int i = 0; i < times && first < longest; ++i)
    first *= 2;
  return std::min(first, longest);
}

std::optional<milliseconds> after_answer(const HttpResponse& answer, const Attempt& attempt,
                                         const RetryLimits& limits) {
  if (answer.status == 401 && answer.credentials_renewed && !attempt.renewed) return milliseconds{0};
  if (attempt.made >= limits.attempts) return std::nullopt;
  const auto told = retry_after_of(answer);
  if (answer.status == 429) return told.value_or(doubled(kFirstWait, attempt.made - 1, kLongestOwnWait));
  if (answer.status >= 500) return told;
  return std::nullopt;
}

}  // namespace

std::optional<milliseconds> retry_delay(const core::Result<HttpResponse>& outcome, const Attempt& attempt,
                                        const RetryLimits& limits, double random) {
  std::optional<milliseconds> delay;
  if (outcome) {
    delay = after_answer(*outcome, attempt, limits);
  } else if (outcome.error().kind == core::ErrorKind::Unavailable && attempt.repeatable && attempt.lost <= kMaxLost &&
             attempt.made < limits.attempts) {
    delay = doubled(kFirstReconnect, attempt.lost - 1, kLongestOwnWait);
  }
  if (!delay || attempt.waited + *delay > limits.longest_wait) return std::nullopt;
  return lengthened(*delay, random);
}

bool pause(milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

double system_random() {
  static std::mutex mutex;
  static std::mt19937_64 engine{std::random_device{}()};
  const std::scoped_lock lock(mutex);
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

}  // namespace guildhall::kube
