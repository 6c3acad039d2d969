// From the moment at which somebody revokes a key to its refusal at nginx, configured as docs/gate/nginx.md has it,
// while 1,000 requests a second pass.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "benchmarks/parts.hpp"
#include "benchmarks/percentile.hpp"
#include "benchmarks/ready_watch.hpp"
#include "benchmarks/world.hpp"
#include "operator/api/apikey.hpp"
#include "operator/http/server.hpp"
#include "tests/cluster/documented_proxy.hpp"
#include "tests/cluster/http_get.hpp"
#include "tests/unit/operator/http/raw_client.hpp"

namespace guildhall::benchmarks {
namespace {

namespace cluster = tests::cluster;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t kRevoked = 200;
constexpr std::size_t kKeys = 300;  ///< the others are never revoked
constexpr std::size_t kAskers = 4;
constexpr std::chrono::milliseconds kEach{4};  ///< of each asker: 1,000 requests a second
constexpr std::chrono::milliseconds kBetween{150};
constexpr std::chrono::seconds kAllowed{1};  ///< so long a revoked key may still pass
constexpr int kPasses = 200;
constexpr int kRefused = 401;

/// A connection to the proxy that is kept.
class Door {
 public:
  explicit Door(std::uint16_t port) : port_(port) {}

  int ask(const std::string& token) {
    const std::string request =
        fmt::format("GET /api/v1/query?query=up HTTP/1.1\r\nHost: metrics\r\nAuthorization: Bearer {}\r\n\r\n", token);
    // nginx closes a connection after some number of requests.
    for (int attempt = 0; attempt < 2; ++attempt) {
      if (!client_) client_ = std::make_unique<http::RawClient>(port_);
      const auto answer = client_->send(request) ? client_->receive() : std::nullopt;
      if (answer && answer->head.find("Connection: close") == std::string::npos) return answer->status;
      client_.reset();
      if (answer) return answer->status;
    }
    throw std::runtime_error("the proxy does not answer");
  }

 private:
  std::uint16_t port_;
  std::unique_ptr<http::RawClient> client_;
};

struct Asked {
  std::size_t key = 0;
  Clock::time_point sent;
  Clock::time_point answered;
  int status = 0;
};

struct Revocation {
  Clock::time_point sent;
  Clock::time_point refused;
};

/// Asks at its times, whether or not the proxy keeps it waiting, with all keys in turn.
std::vector<Asked> ask_all_along(std::uint16_t port, const std::vector<std::string>& tokens, std::size_t asker,
                                 const std::stop_token& stop) {
  Door door(port);
  std::vector<Asked> asked;
  const auto begin = Clock::now();
  for (std::size_t number = 0; !stop.stop_requested(); ++number) {
    std::this_thread::sleep_until(begin + kEach * static_cast<int>(number));
    const std::size_t key = (number * kAskers + asker) % tokens.size();
    Asked one{.key = key, .sent = Clock::now(), .answered = {}, .status = 0};
    one.status = door.ask(tokens[key]);
    one.answered = Clock::now();
    asked.push_back(one);
  }
  return asked;
}

class RevocationBench {
 public:
  RevocationBench(World& world, Recorder& recorder)
      : world_(world),
        recorder_(recorder),
        backend_("127.0.0.1:0", [](const http::Request&) { return http::Response{.body = {}, .headers = {}}; }) {}

  /// `organization`: a new one for each scene.
  void measure(const std::string& scene, const std::string& organization, std::uint16_t gate_port) {
    progress("revocation: " + scene);
    const auto tokens = make_keys(organization);
    const auto port = cluster::free_port();
    const cluster::ProxyProcess nginx(
        cluster::Proxy::Nginx,
        cluster::documented_configuration(cluster::Proxy::Nginx,
                                          {.gate = gate_port,
                                           .backend = backend_port(),
                                           .port = port,
                                           .gate_path = fmt::format("/auth/{0}/{0}.metrics", organization)}),
        port);
    wait_until_all_pass(port, tokens);
    const std::stop_source stop;
    std::vector<std::future<std::vector<Asked>>> askers;
    askers.reserve(kAskers);
    for (std::size_t asker = 0; asker < kAskers; ++asker)
      askers.push_back(std::async(std::launch::async, ask_all_along, port, tokens, asker, stop.get_token()));
    const auto begin = Clock::now();
    std::vector<Revocation> revocations;
    try {
      revocations = revoke_all(organization, port, tokens);
      std::this_thread::sleep_for(2 * kAllowed);
    } catch (...) {
      stop.request_stop();
      throw;
    }
    const std::chrono::duration<double> took = Clock::now() - begin;
    stop.request_stop();
    std::vector<Asked> asked;
    for (auto& asker : askers)
      std::ranges::move(asker.get(), std::back_inserter(asked));
    record(scene, revocations, asked, took.count());
  }

 private:
  std::uint16_t backend_port() {
    if (!backend_port_) backend_port_ = expect(backend_.start());
    return *backend_port_;
  }

  std::vector<std::string> make_keys(const std::string& organization) {
    const auto apply = [this](const std::string& manifests) {
      const auto applied = world_.kubectl().apply(manifests);
      if (applied.exit_code != 0) throw std::runtime_error(applied.err);
    };
    apply(
        fmt::format("{{apiVersion: guildhall.dev/v1alpha1, kind: Organization, metadata: {{name: {}}}, spec: "
                    "{{displayName: Doors, apiKeys: {{maxKeys: {}}}}}}}",
                    organization, kKeys));
    world_.wait_until_ready(organization);
    world_.make_deployment(organization);
    ReadyWatch watch(world_.admin());
    std::string manifests;
    for (std::size_t key = 0; key < kKeys; ++key)
      manifests += fmt::format(
          "---\n{{apiVersion: guildhall.dev/v1alpha1, kind: ApiKey, metadata: {{name: {}, namespace: {}}}, spec: "
          "{{displayName: Door, permissions: Read, neverExpires: true, deployments: {{all: true}}}}}}\n",
          key_name(key), organization);
    apply(manifests);
    ready_ += kKeys;
    watch.wait_for(ready_, std::chrono::minutes(3));
    std::vector<std::string> tokens;
    tokens.reserve(kKeys);
    for (std::size_t key = 0; key < kKeys; ++key)
      tokens.push_back(world_.token_of({organization, key_name(key)}));
    return tokens;
  }

  static std::string key_name(std::size_t key) { return fmt::format("door-{:03}", key); }

  static void wait_until_all_pass(std::uint16_t port, const std::vector<std::string>& tokens) {
    Door door(port);
    const auto limit = Clock::now() + std::chrono::minutes(1);
    for (const std::string& token : tokens) {
      while (door.ask(token) != kPasses) {
        if (Clock::now() > limit) throw std::runtime_error("a new key does not pass");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    }
  }

  std::vector<Revocation> revoke_all(const std::string& organization, std::uint16_t port,
                                     const std::vector<std::string>& tokens) {
    Door door(port);
    std::vector<Revocation> revocations(kRevoked);
    const auto begin = Clock::now() + kAllowed;
    for (std::size_t key = 0; key < kRevoked; ++key) {
      std::this_thread::sleep_until(begin + kBetween * static_cast<int>(key));
      const core::ObjectKey object_key{organization, key_name(key)};
      auto object = core::object_head(api::api_key_type(), object_key);
      object["spec"] = {{"revoked", true}};
      revocations[key].sent = Clock::now();
      expect(world_.admin().apply(api::api_key_type(), object_key, object, {}));
      int status = kPasses;
      while (status == kPasses) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        status = door.ask(tokens[key]);
      }
      if (status != kRefused) throw std::runtime_error(fmt::format("a revoked key is answered {}", status));
      revocations[key].refused = Clock::now();
    }
    return revocations;
  }

  void record(const std::string& scene, const std::vector<Revocation>& revocations, const std::vector<Asked>& asked,
              double seconds) {
    std::vector<double> latencies;
    latencies.reserve(revocations.size());
    for (const auto& [sent, refused] : revocations)
      latencies.push_back(Milliseconds(refused - sent).count());
    std::ranges::sort(latencies);
    const auto revocation_of = [&](const Asked& one) {
      return one.key < revocations.size() ? &revocations[one.key] : nullptr;
    };
    const auto passed_late = std::ranges::count_if(asked, [&](const Asked& one) {
      const auto* revoked = revocation_of(one);
      return one.status == kPasses && revoked != nullptr && one.sent > revoked->sent + kAllowed;
    });
    const auto wrongly_refused = std::ranges::count_if(asked, [&](const Asked& one) {
      const auto* revoked = revocation_of(one);
      return one.status != kPasses && (revoked == nullptr || one.answered < revoked->sent);
    });
    recorder_.add({scene, "requests a second", static_cast<double>(asked.size()) / seconds, "", {}});
    recorder_.add({scene, "patch to refusal, p50", percentile(latencies, 0.50), "ms", {}});
    recorder_.add({scene, "patch to refusal, p99", percentile(latencies, 0.99), "ms", at_most(1'000)});
    recorder_.add({scene, "patch to refusal, longest", latencies.back(), "ms", {}});
    recorder_.add(
        {scene, "passed more than 1 s after the patch", static_cast<double>(passed_late), "requests", at_most(0)});
    recorder_.add({scene, "refused wrongly", static_cast<double>(wrongly_refused), "requests", at_most(0)});
  }

  World& world_;
  Recorder& recorder_;
  http::Server backend_;
  std::optional<std::uint16_t> backend_port_;
  std::size_t ready_ = 0;
};

}  // namespace

void measure_revocation(Recorder& recorder) {
  World world;
  const auto process = world.start_operator();
  const auto gate = world.start_gate();
  RevocationBench bench(world, recorder);
  bench.measure("the gate inside run", "inside", process->gate_port());
  bench.measure("the gate alone", "alone", gate->gate_port());
  end(*process);
}

}  // namespace guildhall::benchmarks
