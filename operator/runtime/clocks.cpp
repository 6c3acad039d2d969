#include "operator/runtime/clocks.hpp"

#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_gettime is not in <ctime>

#include <algorithm>
#include <utility>

namespace guildhall::runtime {

core::Timestamp SystemClock::now() const {
  return std::chrono::time_point_cast<core::Timestamp::duration>(std::chrono::system_clock::now());
}

SteadyTime BootClock::now() const {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return SteadyTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

void BootClock::wait_until(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
                           SteadyTime deadline, const std::stop_token& stop) const {
  // A bound, because adding an endless time to now() overflows.
  constexpr std::chrono::hours longest{24};
  const auto left = std::min<SteadyTime::duration>(deadline - std::min(now(), deadline), longest);
  bool woken = false;
  changed.wait_for(lock, stop, left, [&woken] { return std::exchange(woken, true); });
}

}  // namespace guildhall::runtime
