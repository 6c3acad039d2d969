#include "operator/use_reporter.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "operator/crypto/digest.hpp"
#include "operator/deadline.hpp"
#include "operator/kube/retry.hpp"

namespace guildhall {

namespace {

using core::ErrorKind;
using std::chrono::milliseconds;

constexpr milliseconds kInterval{2'000};
constexpr milliseconds kLongestPause{60'000};
/// Within a shutdown.
constexpr milliseconds kLastPatience{1'000};

std::string random_name(core::RandomSource& random) {
  std::array<std::byte, 16> bytes{};
  random.fill(bytes);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as characters
  return crypto::sha256_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}).substr(0, 16);
}

}  // namespace

UseReporter::UseReporter(Surroundings surroundings) : at_(std::move(surroundings)), reports_(random_name(at_.random)) {
  for (const char* outcome : {"acknowledged", "failed", "refused"})
    at_.metrics.count("guildhall_gate_reports_total", {{"outcome", outcome}}, 0);
}

void UseReporter::run(const std::stop_token& stop) {
  milliseconds pause = kInterval;
  while (kube::pause(pause, stop))
    pause = send_due(false, stop) ? kInterval : std::min(2 * pause, kLongestPause);
  const std::stop_source end;
  const Deadline deadline(end, kLastPatience);
  static_cast<void>(send_due(true, end.get_token()));
}

bool UseReporter::send_due(bool all, const std::stop_token& stop) {
  reports_.add(at_.counter.take());
  const gate::Known known{
      .told = [this](const core::ObjectKey& key, const std::string& uid) { return at_.table.last_used_at(key, uid); },
      .has_organization = [this](const std::string& name) { return at_.table.has_organization(name); }};
  bool goes_on = true;
  while (goes_on) {
    const auto report = reports_.next(at_.clock.now(), known, all);
    if (!report) break;
    goes_on = send(*report, stop);
  }
  at_.metrics.gauge("guildhall_gate_uses_waiting", {}, static_cast<double>(reports_.waiting()));
  return goes_on;
}

bool UseReporter::send(const core::UseReport& report, const std::stop_token& stop) {
  const auto sent = at_.send(report, stop);
  if (!sent && sent.error().kind == ErrorKind::Canceled) return false;
  tell(sent);
  // One that an operator of another version cannot read would hold up all that come after it.
  const bool is_over = sent || sent.error().kind == ErrorKind::Invalid;
  if (is_over) reports_.acknowledge(at_.clock.now());
  return is_over;
}

void UseReporter::tell(const core::Result<void>& sent) {
  const bool is_refused = !sent && sent.error().kind == ErrorKind::Invalid;
  const char* const why = is_refused ? "refused" : "failed";
  at_.metrics.count("guildhall_gate_reports_total", {{"outcome", sent ? "acknowledged" : why}}, 1);
  if (is_refused) return spdlog::error("a report of uses is given up: {}", sent.error().describe());
  const bool was_failing = std::exchange(is_failing_, !sent);
  if (!sent && !was_failing)
    spdlog::warn("what keys were used for waits, as it cannot be reported: {}", sent.error().describe());
  if (sent && was_failing) spdlog::info("uses of keys are reported again");
}

}  // namespace guildhall
