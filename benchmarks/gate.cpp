// How many requests the gate answers, and how soon, by how many keys it knows; beside it the same server without a
// question, and others that check a credential. Servers run on one processor, the client on the other.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "benchmarks/load.hpp"
#include "benchmarks/parts.hpp"
#include "benchmarks/process_figures.hpp"
#include "benchmarks/ready_watch.hpp"
#include "benchmarks/recorded_api.hpp"
#include "benchmarks/recorded_keys.hpp"
#include "benchmarks/world.hpp"
#include "operator/crypto/digest.hpp"
#include "operator/gate/decision.hpp"
#include "operator/kube/base64.hpp"
#include "tests/cluster/child_process.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/cluster/http_get.hpp"
#include "tests/cluster/own_directory.hpp"

namespace guildhall::benchmarks {
namespace {

namespace fs = std::filesystem;
using tests::cluster::ChildProcess;
using tests::cluster::Command;

constexpr int kRounds = 3;
constexpr std::chrono::seconds kDuration{6};
constexpr std::size_t kVmauthUsers = 10'000;
/// So many different keys ask.
constexpr std::size_t kAsking = 10'000;

/// A server on its processor.
class Served {
 public:
  Served(const fs::path& program, std::vector<std::string> arguments, const fs::path& log, std::uint16_t port,
         const std::string& path)
      : process_(pinned(program, std::move(arguments)), log) {
    const auto ready = tests::cluster::eventually("it answers", [&] {
      const int status = tests::cluster::http_get(port, path).status;
      return tests::cluster::Observation{.holds = status == 200 || status == 204 || !process_.running(), .seen = ""};
    });
    if (!ready || !process_.running()) throw std::runtime_error(program.string() + " does not start: " + log.string());
  }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }

 private:
  static Command pinned(const fs::path& program, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-c", kServersProcessor, program.string()});
    return {.program = "/usr/bin/taskset", .arguments = std::move(arguments), .environment = {}};
  }

  ChildProcess process_;
};

LoadRequest question_of(const std::string& organization, const std::string& deployment, const std::string& token) {
  return {
      .path = fmt::format("/auth/{}/{}", organization, deployment),
      .fields = fmt::format(
          "Authorization: Bearer {}\r\nX-Original-Method: GET\r\nX-Original-URI: /api/v1/query?query=up\r\n", token)};
}

/// Which keys ask: spread over all that there are, and in no order. Asked in the order in which they were put in, what
/// is needed for the next one is in the processor's cache, as it never is behind a proxy.
std::vector<std::size_t> asking_of(std::size_t keys) {
  const std::size_t asking = std::min(keys, kAsking);
  std::vector<std::size_t> indices(asking);
  for (std::size_t number = 0; number < asking; ++number)
    indices[number] = number * (keys / asking);
  std::mt19937 same_each_time;  // NOLINT(cert-msc32-c,cert-msc51-cpp): two runs ask the same
  std::ranges::shuffle(indices, same_each_time);
  return indices;
}

/// Each key asks for its own Organization.
std::vector<LoadRequest> questions_of(std::size_t keys) {
  const std::vector<std::size_t> asking = asking_of(keys);
  std::vector<LoadRequest> requests;
  requests.reserve(asking.size());
  for (const std::size_t index : asking) {
    const std::string organization = recorded_organization(index);
    requests.push_back(question_of(organization, organization + "-prod.metrics", recorded_token(index)));
  }
  return requests;
}

class GateBench {
 public:
  explicit GateBench(Recorder& recorder) : recorder_(recorder), directory_(tests::cluster::own_directory("bench")) {}
  ~GateBench() {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  GateBench(const GateBench&) = delete;
  GateBench& operator=(const GateBench&) = delete;

  void measure_all() {
    measure_floor();
    for (const std::size_t keys : {std::size_t{10}, std::size_t{10'000}, std::size_t{100'000}})
      measure_gate(keys);
    measure_objects();
    measure_nginx();
    measure_oauth2_proxy();
    measure_behind_nginx();
    measure_vmauth();
    for (const std::size_t keys : {std::size_t{10}, std::size_t{10'000}, std::size_t{100'000}})
      measure_decisions(keys);
  }

 private:
  double load(const std::string& scene, std::uint16_t port, const std::vector<LoadRequest>& requests,
              std::optional<Aim> throughput = {}, std::optional<Aim> tail = {}) {
    double best = 0;
    for (int round = 0; round < kRounds; ++round) {
      const LoadFigures figures = put_load_on(port, requests, kDuration, directory_);
      recorder_.add({scene, "requests a second", figures.per_second, "", throughput});
      recorder_.add({scene, "p50", figures.p50_ms, "ms", {}});
      recorder_.add({scene, "p99", figures.p99_ms, "ms", tail});
      recorder_.add({scene, "p99.9", figures.p999_ms, "ms", {}});
      best = std::max(best, figures.per_second);
    }
    return best;
  }

  /// How long a request takes that waits for no other.
  void ask_one_by_one(const std::string& scene, std::uint16_t port, const std::vector<LoadRequest>& requests) {
    for (int round = 0; round < kRounds; ++round) {
      const LoadFigures figures = put_load_on(port, requests, kDuration, directory_, 1);
      recorder_.add({scene + ", one by one", "p50", figures.p50_ms, "ms", {}});
      recorder_.add({scene + ", one by one", "p99", figures.p99_ms, "ms", {}});
    }
  }

  void measure_floor() {
    progress("gate: the same server without a question");
    const auto port = tests::cluster::free_port();
    const Served floor(fs::read_symlink("/proc/self/exe"), {"serve-empty", std::to_string(port)},
                       directory_ / "floor.log", port, "/");
    floor_ = load("the same server, an empty 200", port, questions_of(kAsking));
  }

  [[nodiscard]] Served start_gate(const fs::path& kubeconfig, std::uint16_t port) const {
    const auto metrics = tests::cluster::free_port();
    return {tests::cluster::operator_binary(),
            {"gate", "--kubeconfig", kubeconfig.string(), "--gate-listen", fmt::format("127.0.0.1:{}", port),
             "--metrics-listen", fmt::format("127.0.0.1:{}", metrics)},
            directory_ / "gate.log",
            metrics,
            "/readyz"};
  }

  void measure_gate(std::size_t keys) {
    progress(fmt::format("gate: {} keys", keys));
    const RecordedApi api(keys);
    const auto port = tests::cluster::free_port();
    const Served gate = start_gate(api.kubeconfig(directory_), port);
    const std::string scene = fmt::format("the gate, {} keys", keys);
    const bool is_most = keys == 100'000;
    load(scene, port, questions_of(keys), is_most ? std::optional(at_least(0.7 * floor_)) : std::nullopt,
         is_most ? std::optional(at_most(2)) : std::nullopt);
    const ProcessFigures figures = figures_of(gate.pid());
    recorder_.add(
        {scene, "memory after it", figures.resident_mb, "MB", is_most ? std::optional(at_most(100)) : std::nullopt});
  }

  /// Keys that the operator has made, on a real API server. It is ended before: what it would write for each key that
  /// was used would be measured too, as all have these two processors.
  void measure_objects() {
    progress(fmt::format("gate: {} real ApiKeys", kAsking));
    World world;
    const auto process = world.start_operator();
    world.make_organizations(kAsking);
    for (std::size_t index = 0; index < kAsking; index += kKeysPerOrganization)
      world.make_deployment(api_key_at(index).ns);
    ReadyWatch watch(world.admin());
    world.apply_api_keys(kAsking);
    watch.wait_for(kAsking, std::chrono::minutes(10));
    wait_until_quiet(*process, std::chrono::seconds(3));
    end(*process);
    std::vector<LoadRequest> requests;
    requests.reserve(kAsking);
    for (const std::size_t index : asking_of(kAsking)) {
      const core::ObjectKey key = api_key_at(index);
      requests.push_back(question_of(key.ns, key.ns + ".metrics", world.token_of(key)));
    }
    const auto port = tests::cluster::free_port();
    const Served gate = start_gate(world.gate_kubeconfig(), port);
    const std::string scene = fmt::format("the gate, {} ApiKeys on an API server", kAsking);
    load(scene, port, requests);
    recorder_.add({scene, "memory after it", figures_of(gate.pid()).resident_mb, "MB", {}});
  }

  /// `locations`: what stands in the server block.
  [[nodiscard]] Served start_nginx(const std::string& name, std::uint16_t port, const std::string& locations,
                                   const std::string& upstreams = "") const {
    const fs::path folder = directory_ / name;
    fs::create_directories(folder);
    std::ofstream(folder / "nginx.conf") << fmt::format(
        "daemon off; master_process off; pid nginx.pid; error_log stderr; events {{ worker_connections 4096; }}\n"
        "http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path b; proxy_temp_path p; "
        "fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;\n{}\nserver {{ listen 127.0.0.1:{};\n{}\n}} }}\n",
        upstreams, port, locations);
    return {"/usr/sbin/nginx",
            {"-p", folder.string() + "/", "-c", "nginx.conf", "-e", "stderr"},
            folder / "log",
            port,
            "/up"};
  }

  void measure_nginx() {
    progress("gate: nginx, 204");
    const auto port = tests::cluster::free_port();
    const Served nginx = start_nginx("nginx", port, "location / { return 204; }");
    load("nginx, a 204 of its own", port, questions_of(kAsking));
  }

  void measure_oauth2_proxy() {
    progress("gate: oauth2-proxy");
    const auto built =
        tests::cluster::run({.program = tests::cluster::source_directory() / "benchmarks/setup/oauth2-proxy",
                             .arguments = {},
                             .environment = {}},
                            {}, std::chrono::minutes(15));
    if (built.exit_code != 0) throw std::runtime_error("oauth2-proxy cannot be built: " + built.err);
    const fs::path program = fs::path(built.out.substr(0, built.out.find('\n'))) / "oauth2-proxy";
    const auto port = tests::cluster::free_port();
    // htpasswd's cheapest form.
    std::ofstream(directory_ / "htpasswd") << "user:{SHA}" << kube::encode_base64(sha1_of_password()) << "\n";
    const Served proxy(
        program,
        {"--provider=github", "--client-id=x", "--client-secret=x", "--cookie-secret=0123456789abcdef0123456789abcdef",
         "--email-domain=*", "--htpasswd-file=" + (directory_ / "htpasswd").string(), "--upstream=static://202",
         fmt::format("--http-address=127.0.0.1:{}", port), "--request-logging=false", "--auth-logging=false",
         "--standard-logging=false"},
        directory_ / "oauth2-proxy.log", port, "/ping");
    load("oauth2-proxy, Basic by SHA-1", port,
         {{.path = "/oauth2/auth", .fields = "Authorization: Basic " + kube::encode_base64("user:password") + "\r\n"}});
  }

  /// Of "password".
  static std::string sha1_of_password() { return *kube::decode_base64("W6ph5Mm5Pz8GgiULbPgzG37mj9g="); }

  void measure_behind_nginx() {
    progress("gate: behind nginx");
    const RecordedApi api(kAsking);
    const auto gate_port = tests::cluster::free_port();
    const auto backend_port = tests::cluster::free_port();
    const auto port = tests::cluster::free_port();
    const Served gate = start_gate(api.kubeconfig(directory_), gate_port);
    const Served backend = start_nginx("backend", backend_port, "location / { return 204; }");
    const std::string upstreams = fmt::format(
        "upstream gate {{ server 127.0.0.1:{}; keepalive 32; }} upstream metrics {{ server 127.0.0.1:{}; keepalive 32; "
        "}}",
        gate_port, backend_port);
    const std::string pass = "proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_pass http://metrics;";
    auto requests = questions_of(kAsking);
    {
      const Served nginx =
          start_nginx("alone", port, "location = /up { return 204; } location / { " + pass + " }", upstreams);
      load("nginx before nginx, no gate", port, requests);
      ask_one_by_one("nginx before nginx, no gate", port, requests);
    }
    const Served nginx =
        start_nginx("asking", port,
                    "location = /up { return 204; } location / { auth_request /_gate; " + pass +
                        " } location = /_gate { internal; proxy_pass http://gate$request_uri_path; proxy_method HEAD; "
                        "proxy_pass_request_body off; proxy_set_header Content-Length \"\"; proxy_set_header "
                        "X-Original-URI /api/v1/query; "
                        "proxy_http_version 1.1; proxy_set_header Connection \"\"; }",
                    upstreams + " map $request_uri $request_uri_path { default $request_uri; }");
    load("nginx that asks the gate, 10000 keys, before nginx", port, requests);
    ask_one_by_one("nginx that asks the gate, 10000 keys, before nginx", port, requests);
  }

  void measure_vmauth() {
    progress("gate: vmauth");
    const auto built =
        tests::cluster::run({.program = tests::cluster::source_directory() / "tests/cluster/setup/victoriametrics",
                             .arguments = {},
                             .environment = {}},
                            {}, std::chrono::minutes(15));
    if (built.exit_code != 0) throw std::runtime_error("vmauth cannot be built: " + built.err);
    const auto backend_port = tests::cluster::free_port();
    const Served backend = start_nginx("vmauth-backend", backend_port, "location / { return 204; }");
    std::ofstream config(directory_ / "auth.yml");
    config << "users:\n";
    for (std::size_t index = 0; index < kVmauthUsers; ++index)
      config << fmt::format(
          "- bearer_token: {}\n  url_map:\n  - src_paths: [\"/api/v1/query\"]\n    url_prefix: http://127.0.0.1:{}\n",
          recorded_token(index), backend_port);
    config.close();
    const auto port = tests::cluster::free_port();
    const Served vmauth(
        fs::path(built.out.substr(0, built.out.find('\n'))) / "vmauth",
        {"-auth.config=" + (directory_ / "auth.yml").string(), fmt::format("-httpListenAddr=127.0.0.1:{}", port)},
        directory_ / "vmauth.log", port, "/health");
    std::vector<LoadRequest> requests = questions_of(kVmauthUsers);
    for (LoadRequest& request : requests)
      request.path = "/api/v1/query?query=up";
    load("vmauth, 10000 users, before nginx", port, requests);
    ask_one_by_one("vmauth, 10000 users, before nginx", port, requests);
    recorder_.add(
        {"vmauth, 10000 users, before nginx", "memory after it", figures_of(vmauth.pid()).resident_mb, "MB", {}});
  }

  static void fill(gate::KeyTable& table, std::size_t keys) {
    for (std::size_t index = 0; index < keys; ++index) {
      const std::string organization = recorded_organization(index);
      if (index % kRecordedKeysEach == 0)
        table.put_organization(
            organization,
            {.home = organization,
             .accepted = true,
             .tenant = {},
             .deployments = gate::Deployments({{.ns = "prod", .names = {"metrics"}, .product = "VMSingle"}})});
      gate::KeyEntry entry;
      entry.uid = fmt::format("0b9c4a52-7d1e-4f0a-9a3c-{:012}", index);
      entry.organization = organization;
      entry.reads = true;
      entry.opening.names = {"metrics"};
      entry.tokens.push_back(
          {.id = std::string(core_id(index)), .hash = crypto::sha256(recorded_token(index)), .expires_at = {}});
      table.put_key({organization, std::to_string(index)}, entry);
    }
  }

  void measure_decisions(std::size_t keys) {
    progress(fmt::format("gate: decisions among {} keys", keys));
    gate::KeyTable table;
    fill(table, keys);
    std::vector<std::pair<gate::OriginalRequest, gate::Credentials>> questions;
    const std::vector<std::size_t> asking = asking_of(keys);
    questions.reserve(asking.size());
    for (const std::size_t index : asking) {
      questions.push_back({{.organization = recorded_organization(index),
                            .deployment = "metrics",
                            .method = "GET",
                            .target = "/api/v1/query?query=up"},
                           {.presented = gate::Presented::Token, .token = recorded_token(index)}});
    }
    for (int round = 0; round < kRounds; ++round) {
      constexpr std::size_t kDecisions = 200'000;
      std::size_t allowed = 0;
      const auto begin = std::chrono::steady_clock::now();
      for (std::size_t number = 0; number < kDecisions; ++number) {
        const auto& [request, credentials] = questions[number % questions.size()];
        const auto decision =
            gate::decide({.request = request, .credentials = credentials, .now = {}}, table, gate::path_table());
        allowed += decision.outcome == gate::Outcome::Allowed ? 1U : 0U;
      }
      const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
      if (allowed != kDecisions) throw std::runtime_error("a decision was wrong");
      recorder_.add({fmt::format("in process, {} keys", keys), "a decision",
                     took.count() / static_cast<double>(kDecisions), "ns", at_most(2'000)});
    }
  }

  static std::string core_id(std::size_t index) { return fmt::format("k{:07}", index); }

  Recorder& recorder_;
  fs::path directory_;
  double floor_ = 0;  ///< requests a second
};

}  // namespace

void measure_gate(Recorder& recorder) {
  GateBench(recorder).measure_all();
}

}  // namespace guildhall::benchmarks
