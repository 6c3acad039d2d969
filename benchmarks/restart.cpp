// The operator is started again, and nothing has changed.
#include <chrono>
#include <thread>

#include "benchmarks/parts.hpp"
#include "benchmarks/process_figures.hpp"
#include "benchmarks/ready_watch.hpp"
#include "benchmarks/world.hpp"

namespace guildhall::benchmarks {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr int kRestarts = 3;
constexpr double kMemoryAim = 20;  ///< MB, at 2,000 ApiKeys
constexpr std::size_t kFew = 2000;
constexpr std::size_t kMany = 10'000;

/// Until every ApiKey has been looked at once.
void wait_until_looked_at(const tests::cluster::OperatorProcess& process, std::size_t keys) {
  double looked_at = 0;
  while (looked_at < static_cast<double>(keys)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const auto reconciles =
        Metrics::scrape(process.metrics_port()).by("controller_runtime_reconcile_total", "controller");
    looked_at = reconciles.contains("apikey") ? reconciles.at("apikey") : 0;
  }
}

/// Returns the floor: an operator without objects.
double fill(World& world, std::size_t keys) {
  const auto process = world.start_operator();
  std::this_thread::sleep_for(kSettle);
  const double floor_mb = figures_of(process->pid()).resident_mb;
  world.make_organizations(keys);
  world.apply_api_keys(keys);
  ReadyWatch(world.admin()).wait_for(keys, std::chrono::minutes(10));
  wait_until_quiet(*process, std::chrono::seconds(3));
  end(*process);
  return floor_mb;
}

void measure_start(World& world, const std::string& scene, std::size_t keys, double floor_mb, Recorder& recorder) {
  const auto begin = std::chrono::steady_clock::now();
  const auto process = world.start_operator();
  const Seconds ready = std::chrono::steady_clock::now() - begin;
  std::this_thread::sleep_for(kSettle);
  const auto figures = figures_of(process->pid());
  wait_until_looked_at(*process, keys);
  const double writes = wait_until_quiet(*process, std::chrono::seconds(3));
  const auto aim = keys == kFew ? std::optional(at_most(kMemoryAim)) : std::nullopt;
  recorder.add({scene, "time from start to /readyz", ready.count(), "s", {}});
  recorder.add({scene, "writes", writes, "", at_most(0)});
  recorder.add({scene, "CPU", figures.cpu_seconds, "s", {}});
  recorder.add({scene, "resident memory", figures.resident_mb, "MB", {}});
  recorder.add({scene, "resident memory above the floor", figures.resident_mb - floor_mb, "MB", aim});
  recorder.add({scene, "peak memory", figures.peak_mb, "MB", {}});
  end(*process);
}

void measure(const std::string& scene, std::size_t keys, Recorder& recorder) {
  World world;
  progress("restart: making " + scene);
  const double floor_mb = fill(world, keys);
  for (int restart = 0; restart < kRestarts; ++restart)
    measure_start(world, scene, keys, floor_mb, recorder);
}

}  // namespace

void measure_restart(Recorder& recorder) {
  measure("2,000 ApiKeys", kFew, recorder);
  measure("10,000 ApiKeys", kMany, recorder);
}

}  // namespace guildhall::benchmarks
