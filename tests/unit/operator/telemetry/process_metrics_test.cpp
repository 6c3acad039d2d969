#include "operator/telemetry/process_metrics.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <latch>
#include <optional>
#include <thread>

namespace guildhall::telemetry {
namespace {

double value_of(const std::string& name) {
  for (const ProcessMetric& metric : read_process_metrics()) {
    if (metric.name == name) return metric.value;
  }
  ADD_FAILURE() << "there is no " << name;
  return 0;
}

TEST(ProcessMetrics, HasThoseOfPrometheusClientLibraries) {
  std::vector<std::string> names;
  for (const ProcessMetric& metric : read_process_metrics()) {
    names.push_back(metric.name);
    EXPECT_FALSE(metric.help.empty());
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names,
            (std::vector<std::string>{"process_cpu_seconds_total", "process_open_fds", "process_resident_memory_bytes",
                                      "process_start_time_seconds", "process_threads"}));
}

TEST(ProcessMetrics, CountsOpenDescriptors) {
  const double before = value_of("process_open_fds");
  const int first = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int second = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(value_of("process_open_fds"), before + 2);
  ::close(first);
  ::close(second);
  EXPECT_EQ(value_of("process_open_fds"), before);
}

TEST(ProcessMetrics, CountsThreads) {
  const double before = value_of("process_threads");
  std::latch seen(1);
  const std::jthread waiting([&] { seen.wait(); });
  EXPECT_EQ(value_of("process_threads"), before + 1);
  seen.count_down();
}

TEST(ProcessMetrics, SeesMemoryThatIsTouched) {
  constexpr std::size_t kBytes = 64UL * 1024 * 1024;
  const double before = value_of("process_resident_memory_bytes");
  void* memory = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  std::memset(memory, 1, kBytes);
  // Others may give some back meanwhile, hence not the whole.
  EXPECT_GT(value_of("process_resident_memory_bytes"), before + 0.75 * static_cast<double>(kBytes));
  ::munmap(memory, kBytes);
}

TEST(ProcessMetrics, SeesCpuTimeThatIsSpent) {
  const double before = value_of("process_cpu_seconds_total");
  const std::clock_t started = std::clock();
  while (std::clock() - started < CLOCKS_PER_SEC / 10) {
  }
  const double spent = value_of("process_cpu_seconds_total") - before;
  EXPECT_GE(spent, 0.05);
}

TEST(ProcessMetrics, StartedBeforeNowAndAfterTheMachine) {
  const double started = value_of("process_start_time_seconds");
  EXPECT_GT(started, 1'500'000'000);
  EXPECT_LE(started, static_cast<double>(std::time(nullptr)) + 2);
}

TEST(ProcessMetrics, ReadsThroughANameWithSpacesAndParentheses) {
  char former[16] = {};
  ASSERT_EQ(::prctl(PR_GET_NAME, former), 0);
  ASSERT_EQ(::prctl(PR_SET_NAME, ") R 1 2 (x"), 0);
  const double threads = value_of("process_threads");
  ASSERT_EQ(::prctl(PR_SET_NAME, former), 0);
  EXPECT_EQ(threads, value_of("process_threads"));
}

}  // namespace
}  // namespace guildhall::telemetry
