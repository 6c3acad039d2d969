// How long a webhook takes to answer, warm: as a caller of the HTTPS port sees it, and as the API server does.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "benchmarks/crowd.hpp"
#include "benchmarks/parts.hpp"
#include "benchmarks/percentile.hpp"
#include "benchmarks/process_figures.hpp"
#include "benchmarks/world.hpp"
#include "operator/api/member.hpp"
#include "operator/kube/base64.hpp"
#include "operator/kube/cpprest_transport.hpp"
#include "operator/kube/prompt_transport.hpp"

namespace guildhall::benchmarks {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr double kAim = 10;  ///< ms, p99
constexpr int kRuns = 3;
constexpr std::size_t kWarmUp = 100;
constexpr std::size_t kReviews = 1'000;
constexpr std::size_t kPatches = 500;
const Crowd kCrowd{.name = "crowd", .members = 100, .namespaces = 0};
const Crowd kSingle{.name = "single", .members = 1, .namespaces = 0};

/// Calls the webhooks where and as the API server is told to, on the thread that measures: what the caller's own
/// threads would take is no part of an answer.
class Caller {
 public:
  Caller(World& world, const core::ResourceType& configurations) {
    const json configuration = expect(world.admin().get(configurations, {"", "guildhall"}));
    const json& at = configuration.at("webhooks").at(0).at("clientConfig");
    kube::ClusterConfig config;  // NOLINT(misc-const-correctness): it is written below
    const auto url = at.at("url").get<std::string>();
    const auto path = url.find('/', std::string_view("https://").size());
    config.server = url.substr(0, path);
    path_ = url.substr(path);
    config.ca.text = core::SecretText(kube::decode_base64(at.at("caBundle").get<std::string>()).value_or(""));
    const auto credentials = std::make_shared<kube::Credentials>(std::move(config));
    transport_ = kube::make_prompt_transport(credentials, expect(kube::make_cpprest_transport(credentials)));
  }

  /// Milliseconds. Throws when it is answered otherwise than expected.
  double call(const std::string& review, bool allowed) {
    const auto begin = Clock::now();
    const kube::HttpRequest request{
        .method = "POST", .target = path_ + "?timeout=3s", .content_type = "application/json", .body = review};
    const auto answer = expect(transport_->send(request, {}));
    const double taken = Milliseconds(Clock::now() - begin).count();
    const json body = json::parse(answer.body, nullptr, false);
    if (answer.status != 200 || !body.is_object() || body.at("response").at("allowed") != allowed)
      throw std::runtime_error(fmt::format("answered {}: {}", answer.status, answer.body));
    return taken;
  }

 private:
  std::string path_;
  std::shared_ptr<kube::HttpTransport> transport_;
};

struct Scene {
  std::string name;
  Caller* caller;
  std::string review;
  bool allowed = true;
  std::size_t at_once = 1;
};

/// What the API server would ask if that Admin were made an Editor.
std::string demotion(World& world, const Crowd& crowd) {
  const json old = expect(world.admin().get(api::member_type(), {crowd.name, member_name(0)}));
  json demoted = old;
  demoted["spec"]["role"] = "Editor";
  return json({{"apiVersion", "admission.k8s.io/v1"},
               {"kind", "AdmissionReview"},
               {"request",
                {{"uid", "5a6b"},
                 {"operation", "UPDATE"},
                 {"resource", {{"group", "guildhall.dev"}, {"version", "v1alpha1"}, {"resource", "members"}}},
                 {"namespace", crowd.name},
                 {"name", member_name(0)},
                 {"userInfo", {{"username", "bench"}, {"groups", {"system:authenticated"}}}},
                 {"object", demoted},
                 {"oldObject", old}}}})
      .dump();
}

void measure_scene(const Scene& scene, pid_t process, Recorder& recorder) {
  for (int run = 0; run < kRuns; ++run) {
    progress(fmt::format("admission: {}", scene.name));
    std::vector<double> taken(kWarmUp + kReviews);
    const double before = figures_of(process).cpu_seconds;
    in_parallel(taken.size(), scene.at_once,
                [&](std::size_t index) { taken[index] = scene.caller->call(scene.review, scene.allowed); });
    const double milliseconds = 1'000 * (figures_of(process).cpu_seconds - before);
    recorder.add({scene.name, "operator's CPU an answer", milliseconds / static_cast<double>(taken.size()), "ms", {}});
    taken.erase(taken.begin(), taken.begin() + kWarmUp);
    std::ranges::sort(taken);
    recorder.add({scene.name, "answer, p50", percentile(taken, 0.50), "ms", {}});
    recorder.add({scene.name, "answer, p99", percentile(taken, 0.99), "ms", at_most(kAim)});
    recorder.add({scene.name, "answer, longest", taken.back(), "ms", {}});
  }
}

/// Of one webhook, by the API server's own histogram.
struct Durations {
  double count = 0;
  double sum = 0;
  double within_5_ms = 0;

  Durations operator-(const Durations& before) const {
    return {count - before.count, sum - before.sum, within_5_ms - before.within_5_ms};
  }
};

Durations durations_of(World& world, const std::string& webhook) {
  const std::string prefix = "apiserver_admission_webhook_admission_duration_seconds";
  Durations all;
  std::istringstream lines(world.api_server_metrics());
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(prefix) || line.find("name=\"" + webhook + "\"") == std::string::npos) continue;
    const double value = std::stod(line.substr(line.rfind(' ') + 1));
    if (line.starts_with(prefix + "_count")) all.count += value;
    if (line.starts_with(prefix + "_sum")) all.sum += value;
    if (line.find("le=\"0.005\"") != std::string::npos) all.within_5_ms += value;
  }
  return all;
}

/// Real changes of an Admin, each through both webhooks.
void measure_at_api_server(World& world, Recorder& recorder) {
  progress("admission: as the API server measures it");
  const std::vector<std::string> webhooks{"changes.guildhall.dev", "invariants.guildhall.dev"};
  std::vector<Durations> before;
  before.reserve(webhooks.size());
  for (const auto& webhook : webhooks)
    before.push_back(durations_of(world, webhook));
  for (std::size_t index = 0; index < kPatches; ++index) {
    const json role = {{"spec", {{"role", index % 2 == 0 ? "Editor" : "Admin"}}}};
    expect(world.admin().merge_patch(api::member_type(), {kCrowd.name, member_name(0)}, role));
  }
  for (std::size_t index = 0; index < webhooks.size(); ++index) {
    const Durations taken = durations_of(world, webhooks[index]) - before[index];
    const std::string scene = "API server, " + webhooks[index];
    recorder.add({scene, "calls", taken.count, "", {}});
    recorder.add({scene, "mean", 1'000 * taken.sum / taken.count, "ms", {}});
    recorder.add({scene, "within 5 ms", 100 * taken.within_5_ms / taken.count, "%", {}});
  }
}

}  // namespace

void measure_admission(Recorder& recorder) {
  World world;
  const auto process = world.start_operator();
  make_crowd(world, kCrowd);
  make_crowd(world, kSingle);
  wait_until_quiet(*process, std::chrono::seconds(3));
  Caller changes(world, core::types::mutating_webhook_configurations());
  Caller invariants(world, core::types::validating_webhook_configurations());
  const std::string change = demotion(world, kCrowd);
  for (const Scene& scene : {Scene{"a change is noted", &changes, change, true, 1},
                             Scene{"a change is noted, 4 at once", &changes, change, true, 4},
                             Scene{"an Admin of 100 Members goes", &invariants, change, true, 1},
                             Scene{"the last Admin stays", &invariants, demotion(world, kSingle), false, 1}})
    measure_scene(scene, process->pid(), recorder);
  measure_at_api_server(world, recorder);
  end(*process);
}

}  // namespace guildhall::benchmarks
