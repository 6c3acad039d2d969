// 100 MB of Secrets that are not ours: 1,000 of 100 kB.
#include <fmt/format.h>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "benchmarks/parts.hpp"
#include "benchmarks/process_figures.hpp"
#include "benchmarks/world.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/kube/base64.hpp"

namespace guildhall::benchmarks {
namespace {

using tests::cluster::OperatorProcess;

constexpr std::size_t kSecrets = 1000;
constexpr std::size_t kBytes = 100'000;
constexpr int kStarts = 3;
constexpr double kAim = 5;  ///< MB

/// What an operator has at rest.
struct Rest {
  double resident_mb = 0;
  double cpu_seconds = 0;
  double secret_events = 0;
  std::optional<double> received_mb;
};

Rest rest_of(const OperatorProcess& process) {
  std::this_thread::sleep_for(kSettle);
  const auto figures = figures_of(process.pid());
  const auto received = megabytes_received(process.pid());
  const auto events = Metrics::scrape(process.metrics_port()).by("guildhall_informer_watch_events_total", "type");
  return {.resident_mb = figures.resident_mb,
          .cpu_seconds = figures.cpu_seconds,
          .secret_events = events.contains("secrets") ? events.at("secrets") : 0,
          .received_mb = received};
}

void make_secrets(World& world) {
  expect(world.admin().apply(core::types::namespaces(), {"", "foreign"},
                             core::object_head(core::types::namespaces(), {"", "foreign"}), {}));
  const std::string content = kube::encode_base64(std::string(kBytes, 'x'));
  in_parallel(kSecrets, 4, [&](std::size_t index) {
    nlohmann::json secret = core::object_head(core::types::secrets(), {"foreign", fmt::format("blob-{:04}", index)});
    secret["type"] = "Opaque";
    secret["data"] = {{"blob", content}};
    expect(world.admin().create(core::types::secrets(), "foreign", secret));
  });
}

void record_difference(const std::string& scene, const Rest& before, const Rest& after, Recorder& recorder) {
  recorder.add({scene, "growth of resident memory", after.resident_mb - before.resident_mb, "MB", at_most(kAim)});
  recorder.add({scene, "watch events of Secrets (bookmarks too)", after.secret_events - before.secret_events, "", {}});
  recorder.add({scene, "CPU", after.cpu_seconds - before.cpu_seconds, "s", {}});
  if (after.received_mb && before.received_mb)
    recorder.add({scene, "bytes received", *after.received_mb - *before.received_mb, "MB", {}});
}

Rest measure_start(World& world) {
  const auto process = world.start_operator();
  const Rest rest = rest_of(*process);
  end(*process);
  return rest;
}

}  // namespace

void measure_foreign(Recorder& recorder) {
  World world;
  static_cast<void>(measure_start(world));  // makes the seal keys, once
  progress("foreign: the floor");
  std::vector<Rest> floors;
  floors.reserve(kStarts);
  for (int start = 0; start < kStarts; ++start)
    floors.push_back(measure_start(world));
  const auto running = world.start_operator();
  const Rest before = rest_of(*running);
  progress("foreign: 1,000 Secrets of 100 kB");
  make_secrets(world);
  record_difference("they come while it runs", before, rest_of(*running), recorder);
  end(*running);
  for (const Rest& floor : floors)
    record_difference("they are there when it starts", floor, measure_start(world), recorder);
}

}  // namespace guildhall::benchmarks
