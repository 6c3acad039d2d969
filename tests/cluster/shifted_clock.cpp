// Preloaded into a process, it has the time of day GUILDHALL_TEST_CLOCK_AHEAD seconds later than it is. Clocks that
// only measure go as they do.
#include <dlfcn.h>

#include <cstdlib>
#include <ctime>

namespace {

using ClockGettime = int (*)(clockid_t, timespec*);

long ahead() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets the environment
  static const long seconds = std::strtol(std::getenv("GUILDHALL_TEST_CLOCK_AHEAD"), nullptr, 10);
  return seconds;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): dlsym has no other way
  static const auto real = reinterpret_cast<ClockGettime>(dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = real(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += ahead();
  return result;
}
