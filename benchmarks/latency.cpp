// From the moment at which somebody applies an ApiKey to the moment at which a watch shows it Ready.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "benchmarks/parts.hpp"
#include "benchmarks/percentile.hpp"
#include "benchmarks/ready_watch.hpp"
#include "benchmarks/world.hpp"

namespace guildhall::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr double kAim = 250;  ///< ms, p99 on an idle server

struct Load {
  std::string scene;
  std::size_t keys = 0;
  Clock::duration interval{};
  std::optional<Aim> aim;
};

/// Of one key: when it was to be applied, and when the server had answered.
struct Applied {
  Clock::time_point due;
  Clock::time_point answered;
};

/// Applies the keys at their times, whether or not those before have been answered. A server that keeps the driver
/// waiting is not forgiven: the clock of a key starts when it was due.
std::vector<Applied> apply_at_rate(World& world, std::size_t first, const Load& load) {
  std::vector<Applied> keys(load.keys);
  const auto begin = Clock::now() + std::chrono::milliseconds(100);
  constexpr std::size_t appliers = 16;
  in_parallel(load.keys, appliers, [&](std::size_t index) {
    keys[index].due = begin + load.interval * static_cast<int>(index);
    std::this_thread::sleep_until(keys[index].due);
    world.apply_api_key(first + index);
    keys[index].answered = Clock::now();
  });
  return keys;
}

/// Sorted milliseconds from when each key was due to `moment_of(index)`.
template <class Moment>
std::vector<double> latencies(const std::vector<Applied>& keys, Moment moment_of) {
  std::vector<double> all;
  all.reserve(keys.size());
  for (std::size_t index = 0; index < keys.size(); ++index)
    all.push_back(Milliseconds(moment_of(index) - keys[index].due).count());
  std::ranges::sort(all);
  return all;
}

void measure_load(World& world, std::size_t first, const Load& load, Recorder& recorder) {
  progress(fmt::format("latency: {} ApiKeys, {}", load.keys, load.scene));
  ReadyWatch watch(world.admin());
  const auto keys = apply_at_rate(world, first, load);
  watch.wait_for(first + load.keys, std::chrono::minutes(3));
  const auto answered = latencies(keys, [&](std::size_t index) { return keys[index].answered; });
  const auto ready = latencies(keys, [&](std::size_t index) { return watch.moment_of(api_key_at(first + index)); });
  recorder.add({load.scene, "apply to answer, p50", percentile(answered, 0.50), "ms", {}});
  recorder.add({load.scene, "apply to answer, p99", percentile(answered, 0.99), "ms", {}});
  recorder.add({load.scene, "apply to Ready, p50", percentile(ready, 0.50), "ms", {}});
  recorder.add({load.scene, "apply to Ready, p99", percentile(ready, 0.99), "ms", load.aim});
  recorder.add({load.scene, "apply to Ready, longest", ready.back(), "ms", {}});
}

}  // namespace

void measure_latency(Recorder& recorder) {
  World world;
  const auto process = world.start_operator();
  constexpr int runs = 3;
  const Load slow{"1 a second", 40, std::chrono::seconds(1), at_most(kAim)};
  const Load brisk{"20 a second", 400, std::chrono::milliseconds(50), {}};
  const Load fast{"100 a second", 1000, std::chrono::milliseconds(10), {}};
  world.make_organizations(runs * (slow.keys + brisk.keys + fast.keys));
  wait_until_quiet(*process, std::chrono::seconds(3));
  std::size_t first = 0;
  for (const Load& load : {slow, brisk, fast}) {
    for (int run = 0; run < runs; ++run, first += load.keys)
      measure_load(world, first, load, recorder);
  }
  end(*process);
}

}  // namespace guildhall::benchmarks
