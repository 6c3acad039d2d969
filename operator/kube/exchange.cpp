#include "operator/kube/exchange.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <string>
#include <utility>

#include "operator/kube/quoted_content.hpp"
#include "operator/kube/retry.hpp"
#include "operator/kube/status.hpp"

namespace guildhall::kube {

namespace {

using Outcome = core::Result<HttpResponse>;

bool succeeded(const Outcome& outcome) {
  return outcome && outcome->status >= 200 && outcome->status < 300;
}

bool is_lost(const Outcome& outcome) {
  return !outcome && outcome.error().kind == core::ErrorKind::Unavailable;
}

/// As client-go labels it.
std::string code_label(const Outcome& outcome) {
  return outcome ? std::to_string(outcome->status) : "<error>";
}

std::unexpected<core::Error> canceled(const Call& call) {
  return core::fail(core::ErrorKind::Canceled, "stopped", call.object);
}

/// The outcome as the client's caller sees it.
core::Error failure_of(const Call& call, const Outcome& outcome, const ClientOptions& options) {
  if (outcome) {
    core::Error told = error_of_response(*outcome, call.object);
    if (options.strike) told.message = options.strike(std::move(told.message));
    told.message = without_quoted_content(std::move(told.message), call.request.body);
    return told;
  }
  core::Error error = outcome.error();
  if (error.object.empty()) error.object = call.object;
  return error;
}

void log_throttling(const Call& call, const Outcome& outcome) {
  if (!outcome || outcome->status != 429) return;
  const auto schema = outcome->headers.find("x-kubernetes-pf-flowschema-uid");
  const bool named = schema != outcome->headers.end() && !schema->second.empty();
  spdlog::warn("the API server asks to slow down: {} {}{}", call.verb, call.object,
               named ? fmt::format(" (flow schema {})", schema->second) : "");
}

}  // namespace

Exchange::Exchange(std::shared_ptr<HttpTransport> transport, ClientOptions options, core::Metrics& metrics)
    : transport_(std::move(transport)),
      options_(std::move(options)),
      metrics_(metrics),
      in_flight_(options_.max_in_flight) {
  if (!options_.pause) options_.pause = pause;
  if (!options_.random) options_.random = system_random;
}

core::Result<HttpResponse> Exchange::send(const Call& call, const std::stop_token& stop) {
  Attempt state{.repeatable = call.repeatable};
  while (true) {
    auto made = attempt(call, stop);
    if (!made) return std::unexpected(std::move(made.error()));
    Outcome& outcome = *made;
    if (succeeded(outcome)) return std::move(outcome);
    if (stop.stop_requested()) return canceled(call);
    if (is_lost(outcome)) ++state.lost;
    log_throttling(call, outcome);
    const auto delay = retry_delay(outcome, state, {options_.max_attempts, options_.longest_wait}, options_.random());
    if (!delay) return std::unexpected(failure_of(call, outcome, options_));
    count_retry(call, outcome);
    if (!options_.pause(*delay, stop)) return canceled(call);
    state.waited += *delay;
    state.renewed = state.renewed || (outcome && outcome->status == 401);
    ++state.made;
  }
}

core::Result<Outcome> Exchange::attempt(const Call& call, const std::stop_token& stop) {
  const InFlight::Slot slot = in_flight_.acquire(stop);
  if (!slot.taken()) return canceled(call);
  // After the wait for a place, not before it: the lease may have run out meanwhile.
  if (call.write && options_.write_guard) {
    if (const auto allowed = options_.write_guard(); !allowed)
      return core::fail("the write was held back", allowed.error());
  }
  const auto begin = std::chrono::steady_clock::now();
  auto outcome = transport_->send(call.request, stop);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  metrics_.observe("rest_client_request_duration_seconds",
                   {{"verb", call.request.method}, {"host", transport_->host()}}, took.count());
  count(call, outcome);
  return outcome;
}

core::Result<void> Exchange::stream(const Call& call, std::chrono::milliseconds silence, const LineHandler& on_line,
                                    const std::stop_token& stop) {
  Attempt state;
  while (true) {
    auto outcome = transport_->stream(call.request, silence, on_line, stop);
    count(call, outcome);
    if (succeeded(outcome)) return {};
    if (stop.stop_requested()) return canceled(call);
    log_throttling(call, outcome);
    // One attempt in all: what is to be done with a failed watch is for the reflector to say.
    if (!retry_delay(outcome, state, {.attempts = 1}, 0)) return std::unexpected(failure_of(call, outcome, options_));
    count_retry(call, outcome);
    state.renewed = true;
  }
}

void Exchange::count(const Call& call, const Outcome& outcome) {
  metrics_.count("rest_client_requests_total",
                 {{"code", code_label(outcome)}, {"method", call.request.method}, {"host", transport_->host()}}, 1);
  if (call.write && outcome && options_.counts_writes)
    metrics_.count("guildhall_writes_total", {{"verb", call.verb}, {"resource", call.resource}}, 1);
}

void Exchange::count_retry(const Call& call, const Outcome& outcome) {
  metrics_.count("rest_client_request_retries_total",
                 {{"code", code_label(outcome)}, {"verb", call.request.method}, {"host", transport_->host()}}, 1);
}

}  // namespace guildhall::kube
