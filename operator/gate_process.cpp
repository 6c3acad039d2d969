#include "operator/gate_process.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/version.hpp"

namespace guildhall {
namespace {

/// Every write would be a mistake, so none is sent.
kube::ClientOptions reads_only() {
  kube::ClientOptions options;
  options.write_guard = []() -> core::Result<void> {
    return core::fail(core::ErrorKind::Forbidden, "the gate writes nothing");
  };
  return options;
}

/// But what it saw is to be told. A report that is refused for a while is sent again by whoever sends it.
kube::ClientOptions reports() {
  kube::ClientOptions options;
  options.max_attempts = 1;
  return options;
}

/// Reads an object, and keeps of it what a gate needs.
template <class T>
auto kept(core::Result<T> (*parse)(const nlohmann::json& object)) {
  return [parse](const nlohmann::json& object) -> core::Result<decltype(gate_entry(std::declval<const T&>()))> {
    const auto one = parse(object);
    if (!one) return std::unexpected(one.error());
    return gate_entry(*one);
  };
}

}  // namespace

GateProcess::GateProcess(const GateOptions& options, const std::shared_ptr<kube::HttpTransport>& transport)
    : client_(transport, reads_only(), metrics_),
      reports_(transport, reports(), metrics_),
      organizations_(api::organization_type(), {}, kept(api::parse_organization)),
      members_(api::member_type(), {}, kept(api::parse_member)),
      api_keys_(table_),
      gate_(options.gate, {.table = table_,
                           .caches = {organizations_, members_, api_keys_},
                           .clock = clock_,
                           .random = random_,
                           .metrics = metrics_,
                           .output = output_,
                           .send_report = [this](const core::UseReport& report,
                                                 const std::stop_token& stop) { return send(report, stop); }}),
      server_(options.process.metrics_listen, telemetry::make_routes({metrics_, live_, ready_})) {
  organizations_.add_handler([this](const core::ObjectKey& key, const auto& /*before*/, const auto& after) {
    after ? table_.put_organization(key.name, *after) : table_.remove_organization(key.name);
  });
  members_.add_handler([this](const core::ObjectKey& key, const auto& /*before*/, const auto& after) {
    after && *after ? table_.put_member(key, **after) : table_.remove_member(key);
  });
  metrics_.gauge("guildhall_build_info", {{"version", kVersion}}, 1);
  live_.add("ping", []() -> core::Result<void> { return {}; });
  ready_.add("caches", [this] { return check_filled(); });
  gate_.declare(ready_, metrics_);
}

core::Result<void> GateProcess::send(const core::UseReport& report, const std::stop_token& stop) {
  const auto created = reports_.create(core::use_report_type(), "", core::use_report_object(report), stop);
  return created ? core::Result<void>{} : std::unexpected(created.error());
}

core::Result<void> GateProcess::check_filled() const {
  for (const kube::ObjectCache* cache :
       std::array<const kube::ObjectCache*, 3>{&organizations_, &members_, &api_keys_}) {
    if (auto filled = cache->check_synced(); !filled) return filled;
  }
  return {};
}

core::Result<void> GateProcess::start() {
  const auto port = server_.start();
  if (!port) return std::unexpected(port.error());
  const auto gate_port = gate_.start();
  if (!gate_port) return std::unexpected(gate_port.error());
  spdlog::info("guildhall-operator {} gate answers /metrics, /healthz and /readyz on port {}, proxies on port {}",
               kVersion, *port, gate_port->value_or(0));
  for (kube::ObjectCache* cache : std::array<kube::ObjectCache*, 3>{&organizations_, &members_, &api_keys_})
    threads_.emplace_back([this, cache] { cache->run(client_, metrics_, stop_.get_token()); });
  return {};
}

void GateProcess::stop() {
  stop_.request_stop();
  threads_.clear();
  gate_.stop();
  server_.stop();
}

}  // namespace guildhall
