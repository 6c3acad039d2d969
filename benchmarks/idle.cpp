// What the operator costs while nothing happens: without any object (the floor of all other figures), and with 2,000
// ApiKeys.
#include <chrono>
#include <thread>

#include "benchmarks/parts.hpp"
#include "benchmarks/process_figures.hpp"
#include "benchmarks/ready_watch.hpp"
#include "benchmarks/world.hpp"

namespace guildhall::benchmarks {
namespace {

using tests::cluster::OperatorProcess;

constexpr int kStarts = 5;
constexpr std::size_t kKeys = 2000;

void measure_floor(World& world, Recorder& recorder) {
  for (int start = 0; start < kStarts; ++start) {
    const auto process = world.start_operator();
    std::this_thread::sleep_for(kSettle);
    const auto figures = figures_of(process->pid());
    recorder.add({"no object", "resident memory (the floor)", figures.resident_mb, "MB", {}});
    recorder.add({"no object", "of it heap and stacks", figures.anonymous_mb, "MB", {}});
    recorder.add({"no object", "threads", figures.threads, "", {}});
    end(*process);
  }
}

void measure_quiet_minute(const OperatorProcess& process, const std::string& scene, Recorder& recorder) {
  wait_until_quiet(process, std::chrono::seconds(5));
  progress("idle: a quiet minute, " + scene);
  const auto before = Metrics::scrape(process.metrics_port());
  const auto cpu_before = figures_of(process.pid()).cpu_seconds;
  std::this_thread::sleep_for(std::chrono::minutes(1));
  const auto figures = figures_of(process.pid());
  const auto after = Metrics::scrape(process.metrics_port());
  const auto difference = [&](const char* name) { return after.sum(name) - before.sum(name); };
  recorder.add({scene, "writes in a quiet minute", difference("guildhall_writes_total"), "", at_most(0)});
  recorder.add(
      {scene, "requests in a quiet minute, of the Lease too", difference("rest_client_requests_total"), "", {}});
  recorder.add({scene, "CPU in a quiet minute", figures.cpu_seconds - cpu_before, "s", {}});
  recorder.add({scene, "resident memory", figures.resident_mb, "MB", {}});
}

}  // namespace

void measure_idle(Recorder& recorder) {
  World world;
  progress("idle: the floor");
  measure_floor(world, recorder);
  const auto process = world.start_operator();
  measure_quiet_minute(*process, "no object", recorder);
  world.make_organizations(kKeys);
  world.apply_api_keys(kKeys);
  ReadyWatch(world.admin()).wait_for(kKeys, std::chrono::minutes(5));
  measure_quiet_minute(*process, "2,000 ApiKeys", recorder);
  end(*process);
}

}  // namespace guildhall::benchmarks
