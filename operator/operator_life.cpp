// How an Operator begins, leads and ends.
#include <spdlog/spdlog.h>

#include <condition_variable>
#include <mutex>

#include "operator/operator.hpp"
#include "operator/own_metrics.hpp"
#include "operator/signals.hpp"
#include "operator/version.hpp"

namespace guildhall {
namespace {

/// Within the shutdown: what the mail server answered to the last mails is written down.
constexpr std::chrono::seconds kRecordPatience{1};
/// Likewise: what waits for the log. The next leader takes from the Events what is left.
constexpr std::chrono::milliseconds kLogPatience{500};

}  // namespace

/// A standby is ready when it has stood by for longer than a dead leader's Lease lasts: then somebody leads, or this
/// process does.
core::Result<void> Operator::check_leading() const {
  if (leading_) return {};
  const bool leads_not_yet = !options_.leader_elect || election_.is_leader();
  const bool stands_by =
      !leads_not_yet && steady_.now() - started_at_ > options_.lease_duration + options_.retry_period;
  if (stands_by) return {};
  return core::fail(core::ErrorKind::Unavailable,
                    leads_not_yet ? "leads, but has not begun to work" : "not the leader yet");
}

void Operator::declare_checks() {
  live_.add("ping", []() -> core::Result<void> { return {}; });
  ready_.add("caches", [this] { return informers_.check_filled(); });
  ready_.add("seal-keys", [this]() -> core::Result<void> {
    return caches_are_filled() ? seal_keys_.state() : core::Result<void>{};
  });
  ready_.add("webhooks", [this] { return serving_.state(); });
  ready_.add("leader-election", [this] { return check_leading(); });
  key_gate_.declare(ready_, metrics_);
}

void Operator::declare_metrics() {
  declare_writes(metrics_);
  metrics_.gauge("guildhall_build_info", {{"version", kVersion}}, 1);
  metrics_.add_refresh([this] {
    organization_controller_.report();
    member_controller_.report();
    api_key_controller_.report();
    enforcement_controller_.report();
  });
  metrics_.add_collector("guildhall_apikey_expiry_timestamp_seconds",
                         "When the current token of an ApiKey expires, in seconds since 1970",
                         [this] { return expiry_samples(informers_.api_keys); });
}

core::Result<void> Operator::start() {
  const auto port = server_.start();
  if (!port) return std::unexpected(port.error());
  const auto serving_port = serving_.start();
  if (!serving_port) return std::unexpected(serving_port.error());
  const auto page_port = public_page_.start();
  if (!page_port) return std::unexpected(page_port.error());
  const auto gate_port = key_gate_.start();
  if (!gate_port) return std::unexpected(gate_port.error());
  if (*gate_port) spdlog::info("proxies may ask about requests with API keys on port {}", **gate_port);
  if (*page_port) spdlog::info("the page of invitations is served on port {}", **page_port);
  spdlog::info("guildhall-operator {} answers /metrics, /healthz and /readyz on port {}, webhooks on port {}", kVersion,
               *port, *serving_port);
  threads_ = informers_.run(client_, metrics_, stop_.get_token());
  threads_.emplace_back([this] { stand_for_leader(stop_.get_token()); });
  threads_.emplace_back([this] { serving_.tell_repeats(stop_.get_token()); });
  return {};
}

void Operator::stand_for_leader(const std::stop_token& stop) {
  if (!options_.leader_elect) return lead(stop);
  election_.run(
      {.lead = [this](const std::stop_token& until) { lead(until); }, .lost = [this] { end_without_lease(); }}, stop);
}

/// At once, not when the work has come to its end: a read that the server does not answer may hold that up. But not
/// before another process could begin: it would know no keys, and close every door that this one holds open.
void Operator::end_without_lease() {
  spdlog::error("without the Lease {} this process must not write any more; it ends as soon as the cluster can be read",
                lease_settings_.lease.to_string());
  lost_lease_ = true;
  last_wait_ = std::jthread([this] { outlast_outage(stop_.get_token()); });
}

void Operator::outlast_outage(const std::stop_token& stop) {
  // Mails and the log are no writes that the API server would have to let through.
  mailing_.stop();
  audit_log_.end(kLogPatience);
  kube::ListOptions one;
  one.limit = 1;
  // Also a refusal: an API server that has just started may know no rights yet.
  const auto cannot_be_read = [&] { return !lease_client_.list(api::organization_type(), one, stop); };
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  while (key_gate_.listens() && !stop.stop_requested() && cannot_be_read())
    steady_.wait_until(never, lock, steady_.now() + options_.retry_period, stop);
  request_end();
}

void Operator::lead(const std::stop_token& stop) {
  if (!registry_.wait_until_synced(stop) || !member_registry_.wait_until_synced(stop) ||
      !enforcement_registry_.wait_until_synced(stop) || !informers_.seal_keys.wait_until_synced(stop) ||
      !informers_.events.wait_until_synced(stop) || !serving_.wait_until_synced(stop))
    return;
  if (!seal_keys_.wait_until_ready([this] { return find_sealed(); }, stop)) return;
  activity_log_.begin();
  auditing_.begin(stop);
  serving_.expect_registration();
  leading_ = true;
  spdlog::info("caches are filled, reconciling");
  std::jthread seal_keys([&] { seal_keys_.keep(stop); });
  std::jthread certificates([&] { serving_.keep(stop); });
  std::jthread auditing([&] { auditing_.keep(stop); });
  std::jthread sink([&] {
    if (!options_.audit_sinks.empty()) audit_sink_.follow(stop);
  });
  std::jthread organizations([&] { organization_controller_.run(stop); });
  std::jthread members([&] { member_controller_.run(stop); });
  std::jthread enforcement([&] { enforcement_controller_.run(stop); });
  api_key_controller_.run(stop);
  organizations.join();
  members.join();
  enforcement.join();
  seal_keys.join();
  certificates.join();
  auditing.join();
  sink.join();
  leading_ = false;
}

void Operator::stop() {
  mailing_.stop();
  if (leading_) member_reconciler_.wait_until_recorded(std::chrono::steady_clock::now() + kRecordPatience);
  stop_.request_stop();
  threads_.clear();
  if (last_wait_.joinable()) last_wait_.join();
  audit_log_.end(kLogPatience);
  public_page_.stop();
  key_gate_.stop();
  serving_.stop();
  server_.stop();
}

}  // namespace guildhall
