// Many ApiKeys that were applied while the operator was down, and beside it a bare loop that makes the same writes.
#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "benchmarks/bare_loop.hpp"
#include "benchmarks/parts.hpp"
#include "benchmarks/process_figures.hpp"
#include "benchmarks/ready_watch.hpp"
#include "benchmarks/table.hpp"
#include "benchmarks/world.hpp"

namespace guildhall::benchmarks {
namespace {

using tests::cluster::OperatorProcess;
using Seconds = std::chrono::duration<double>;

constexpr std::chrono::minutes kLimit{10};
constexpr double kMemoryAim = 20;  ///< MB, at 2,000 ApiKeys
constexpr double kRateAim = 80;    ///< % of the bare loop

struct Scene {
  std::string name;
  std::size_t keys = 0;
  int runs = 0;
};

void record_writes(const Scene& scene, const Metrics& metrics, Recorder& recorder) {
  for (const auto& [method, count] : metrics.by("rest_client_requests_total", "method"))
    recorder.add({scene.name, "requests, " + method, count, "", {}});
  for (const auto& [written, count] : metrics.by("guildhall_writes_total", "verb", "resource"))
    recorder.add({scene.name, "writes, " + written, count, "", {}});
}

/// Of a process that has written all it had to.
void record_memory(const Scene& scene, const OperatorProcess& process, double floor_mb, Recorder& recorder) {
  const auto figures = figures_of(process.pid());
  const double growth = figures.resident_mb - floor_mb;
  const auto aim = scene.keys == 2000 ? std::optional(at_most(kMemoryAim)) : std::nullopt;
  recorder.add({scene.name, "resident memory", figures.resident_mb, "MB", {}});
  recorder.add({scene.name, "resident memory above the floor", growth, "MB", aim});
  recorder.add({scene.name, "peak memory", figures.peak_mb, "MB", {}});
  recorder.add({scene.name, "bytes per ApiKey", growth * 1e6 / static_cast<double>(scene.keys), "", {}});
}

/// Organizations and namespaces, and what is written for one ApiKey. Returns the resident memory before any of it.
double prepare(World& world, const Scene& scene, Templates& templates) {
  const auto process = world.start_operator();
  std::this_thread::sleep_for(kSettle);
  const double floor_mb = figures_of(process->pid()).resident_mb;
  world.make_organizations(scene.keys);
  templates = record_templates(world);
  end(*process);
  return floor_mb;
}

/// ApiKeys a second.
double measure_operator(const Scene& scene, Templates& templates, Recorder& recorder) {
  World world;
  const double floor_mb = prepare(world, scene, templates);
  progress(fmt::format("bulk: applying {}", scene.name));
  world.apply_api_keys(scene.keys);
  ReadyWatch watch(world.admin());
  const auto begin = std::chrono::steady_clock::now();
  const auto process = world.launch_operator();
  const Seconds took = watch.wait_for(scene.keys, kLimit) - begin;
  const double cpu = figures_of(process->pid()).cpu_seconds;
  recorder.add({scene.name, "time from start to all Ready", took.count(), "s", {}});
  recorder.add({scene.name, "CPU until all are Ready", cpu, "s", {}});
  std::this_thread::sleep_for(kSettle);
  record_memory(scene, *process, floor_mb, recorder);
  wait_until_quiet(*process, std::chrono::seconds(3));
  record_writes(scene, Metrics::scrape(process->metrics_port()), recorder);
  recorder.add({scene.name, "resident memory after scrapes", figures_of(process->pid()).resident_mb, "MB", {}});
  end(*process);
  return static_cast<double>(scene.keys) / took.count();
}

double measure_bare_loop(const Scene& scene, const Templates& templates) {
  World world;
  world.make_namespaces(scene.keys);
  progress(fmt::format("bulk: applying {} for the bare loop", scene.name));
  const auto standings = apply_for_bare_loop(world, scene.keys);
  ReadyWatch watch(world.admin());
  const auto begin = std::chrono::steady_clock::now();
  run_bare_loop(world, templates, standings);
  const Seconds took = watch.wait_for(scene.keys, kLimit) - begin;
  return static_cast<double>(scene.keys) / took.count();
}

void measure_scene(const Scene& scene, Recorder& recorder) {
  for (int run = 1; run <= scene.runs; ++run) {
    progress(fmt::format("bulk: {}, run {} of {}", scene.name, run, scene.runs));
    Templates templates;
    const double rate = measure_operator(scene, templates, recorder);
    const double bare = measure_bare_loop(scene, templates);
    recorder.add({scene.name, "ApiKeys a second, operator", rate, "", {}});
    recorder.add({scene.name, "ApiKeys a second, bare loop", bare, "", {}});
    recorder.add({scene.name, "operator against bare loop", 100 * rate / bare, "%", at_least(kRateAim)});
  }
}

}  // namespace

void measure_bulk(Recorder& recorder) {
  measure_scene({"2,000 ApiKeys", 2000, 3}, recorder);
  measure_scene({"10,000 ApiKeys", 10'000, 1}, recorder);
}

}  // namespace guildhall::benchmarks
