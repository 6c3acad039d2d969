#include "benchmarks/world.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "benchmarks/process_figures.hpp"
#include "operator/api/apikey.hpp"
#include "operator/api/organization.hpp"
#include "operator/core/condition.hpp"
#include "operator/kube/base64.hpp"
#include "operator/kube/config.hpp"
#include "operator/kube/cpprest_transport.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/cluster/guildhall_installation.hpp"
#include "tests/cluster/http_get.hpp"

namespace guildhall::benchmarks {
namespace {

using nlohmann::json;
namespace cluster = tests::cluster;

constexpr std::size_t kAppliers = 8;

kube::ClientOptions client_options(const std::string& field_manager) {
  kube::ClientOptions options;
  options.field_manager = field_manager;
  return options;
}

std::shared_ptr<kube::HttpTransport> transport_of(const std::filesystem::path& kubeconfig) {
  return expect(kube::make_cpprest_transport(expect(kube::load_kubeconfig(kubeconfig, {}))));
}

std::unique_ptr<kube::Client> client_of(std::shared_ptr<kube::HttpTransport> transport,
                                        const std::string& field_manager, core::Metrics& metrics) {
  return std::make_unique<kube::Client>(std::move(transport), client_options(field_manager), metrics);
}

std::size_t organizations_for(std::size_t keys) {
  return (keys + kKeysPerOrganization - 1) / kKeysPerOrganization;
}

std::string organization_name(std::size_t index) {
  return fmt::format("org-{:04}", index);
}

json organization_object(const std::string& name) {
  json object = core::object_head(api::organization_type(), {"", name});
  object["spec"] = {{"displayName", "Benchmark " + name}, {"apiKeys", {{"maxKeys", 2 * kKeysPerOrganization}}}};
  return object;
}

/// What a team would write: 90 days, a new token each month.
json api_key_object(const core::ObjectKey& key) {
  json object = core::object_head(api::api_key_type(), key);
  object["spec"] = {{"displayName", "Benchmark " + key.name},
                    {"lifetime", "90d"},
                    {"permissions", "Read"},
                    {"deployments", {{"all", true}}},
                    {"rotation", {{"every", "30d"}, {"overlap", "24h"}}}};
  return object;
}

bool is_ready(const json& object) {
  const auto organization = expect(api::parse_organization(object));
  const auto* ready = core::find_condition(organization.status.conditions, "Ready");
  return ready != nullptr && ready->status;
}

}  // namespace

void progress(const std::string& text) {
  std::fprintf(stderr, "bench: %s\n", text.c_str());
}

core::ObjectKey api_key_at(std::size_t index) {
  return {organization_name(index / kKeysPerOrganization), fmt::format("key-{:05}", index)};
}

World::World()
    : control_plane_({.install = cluster::crds(), .apiserver_flags = {}}),
      operator_kubeconfig_(cluster::install_guildhall(control_plane_)),
      admin_transport_(transport_of(control_plane_.kubeconfig())),
      admin_(client_of(admin_transport_, "bench", no_metrics_)),
      operator_account_(client_of(transport_of(operator_kubeconfig_), "guildhall", no_metrics_)) {}

std::unique_ptr<kube::Client> World::user(const std::string& name) {
  return client_of(transport_of(control_plane_.user(name).kubeconfig()), "bench", no_metrics_);
}

std::string World::api_server_metrics() {
  kube::HttpRequest request;
  request.method = "GET";
  request.target = "/metrics";
  request.accept = "text/plain";
  const auto answer = expect(admin_transport_->send(request, {}));
  if (answer.status != 200) throw std::runtime_error(fmt::format("/metrics answered {}", answer.status));
  return answer.body;
}

std::unique_ptr<cluster::OperatorProcess> World::launch_operator(const std::vector<std::string>& flags) {
  // The same at each start: a new one would be a write.
  static const std::uint16_t serve_port = cluster::free_port();
  return std::make_unique<cluster::OperatorProcess>(
      cluster::OperatorOptions{.kubeconfig = operator_kubeconfig_,
                               .log = control_plane_.directory() / "operator.log",
                               .flags = flags,
                               .serve_port = serve_port});
}

std::unique_ptr<cluster::OperatorProcess> World::launch_standby() {
  return std::make_unique<cluster::OperatorProcess>(cluster::OperatorOptions{
      .kubeconfig = operator_kubeconfig_, .log = control_plane_.directory() / "standby.log", .flags = {}});
}

std::unique_ptr<cluster::OperatorProcess> World::start_operator(const std::vector<std::string>& flags) {
  auto process = launch_operator(flags);
  process->wait_ready();
  return process;
}

void World::make_organizations(std::size_t keys) {
  const std::size_t count = organizations_for(keys);
  in_parallel(count, kAppliers, [this](std::size_t index) {
    const std::string name = organization_name(index);
    expect(admin_->apply(api::organization_type(), {"", name}, organization_object(name), {}));
  });
  for (std::size_t index = 0; index < count; ++index)
    wait_until_ready(organization_name(index));
}

void World::wait_until_ready(const std::string& organization) {
  const auto ready = cluster::eventually("the Organization is Ready", [&] {
    const auto object = expect(admin_->get(api::organization_type(), {"", organization}));
    return cluster::Observation{.holds = is_ready(object), .seen = object.dump()};
  });
  if (!ready) throw std::runtime_error(ready.message());
}

void World::make_deployment(const std::string& home) {
  const core::ObjectKey key{home, "metrics"};
  json service = core::object_head(core::types::services(), key);
  service["metadata"]["labels"] = {{"guildhall.dev/deployment", "metrics"}};
  service["spec"] = {{"ports", json::array({{{"port", 8428}}})}};
  expect(admin_->apply(core::types::services(), key, service, {}));
  const auto listed = cluster::eventually("the deployment is listed", [&] {
    const auto object = expect(admin_->get(api::organization_type(), {"", home}));
    return cluster::Observation{.holds = object.value("/status/deployments/0/name"_json_pointer, "") == "metrics",
                                .seen = object.dump()};
  });
  if (!listed) throw std::runtime_error(listed.message());
}

std::string World::token_of(const core::ObjectKey& api_key) {
  const auto secret = expect(admin_->get(core::types::secrets(), api_key));
  return kube::decode_base64(secret.at("data").at("token").get<std::string>()).value();
}

std::filesystem::path World::gate_kubeconfig() const {
  return control_plane_.serviceaccount("guildhall-system", "guildhall-gate").kubeconfig();
}

std::unique_ptr<cluster::OperatorProcess> World::start_gate() {
  auto gate = std::make_unique<cluster::OperatorProcess>(
      cluster::OperatorOptions{.kubeconfig = gate_kubeconfig(),
                               .log = control_plane_.directory() / "gate.log",
                               .flags = {},
                               .gate_alone = true});
  gate->wait_ready();
  return gate;
}

void World::make_namespaces(std::size_t keys) {
  in_parallel(organizations_for(keys), kAppliers, [this](std::size_t index) {
    const core::ObjectKey key{"", organization_name(index)};
    expect(admin_->apply(core::types::namespaces(), key, core::object_head(core::types::namespaces(), key), {}));
  });
}

json World::apply_api_key(std::size_t index) {
  const core::ObjectKey key = api_key_at(index);
  return expect(admin_->apply(api::api_key_type(), key, api_key_object(key), {}));
}

void World::apply_api_keys(std::size_t count) {
  in_parallel(count, kAppliers, [this](std::size_t index) { apply_api_key(index); });
}

void in_parallel(std::size_t count, std::size_t threads, const std::function<void(std::size_t index)>& act) {
  std::atomic<std::size_t> next{0};
  std::vector<std::future<void>> workers;
  workers.reserve(threads);
  for (std::size_t worker = 0; worker < threads; ++worker) {
    workers.push_back(std::async(std::launch::async, [&] {
      for (std::size_t index = next++; index < count; index = next++)
        act(index);
    }));
  }
  for (auto& worker : workers)
    worker.wait();
  for (auto& worker : workers)
    worker.get();
}

void end(cluster::OperatorProcess& process) {
  process.signal(SIGTERM);
  if (process.wait(std::chrono::seconds(10)) != 0) throw std::runtime_error("the operator did not end well");
}

double wait_until_quiet(const cluster::OperatorProcess& process, std::chrono::seconds quiet) {
  using Clock = std::chrono::steady_clock;
  double writes = Metrics::scrape(process.metrics_port()).sum("guildhall_writes_total");
  auto since = Clock::now();
  while (Clock::now() - since < quiet) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const double now = Metrics::scrape(process.metrics_port()).sum("guildhall_writes_total");
    if (now != writes) since = Clock::now();
    writes = now;
  }
  return writes;
}

}  // namespace guildhall::benchmarks
