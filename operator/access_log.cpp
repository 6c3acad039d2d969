#include "operator/access_log.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "operator/deadline.hpp"

namespace guildhall {

namespace {

constexpr std::size_t kMostWaiting = 4U << 20U;  // bytes; some 20,000 requests
/// Within a shutdown.
constexpr std::chrono::milliseconds kLastPatience{1'000};
constexpr const char* kLost = "guildhall_gate_access_log_lost_total";

}  // namespace

AccessLog::AccessLog(LineOutput& output, core::Metrics& metrics) : output_(output), metrics_(metrics) {
  metrics_.count(kLost, {}, 0);
  writer_ = std::jthread([this](const std::stop_token& stop) { write_until(stop); });
}

AccessLog::~AccessLog() {
  writer_.request_stop();
  const Deadline deadline(give_up_, kLastPatience);
  writer_.join();
}

void AccessLog::add(const std::string& line) {
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() + line.size() <= kMostWaiting) {
      waiting_ += line;
      changed_.notify_one();
      return;
    }
  }
  metrics_.count(kLost, {}, 1);
}

/// Waits for some. Empty: all is written, and it is to end.
std::string AccessLog::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) return {};
  return std::exchange(waiting_, {});
}

void AccessLog::write_until(const std::stop_token& stop) {
  bool was_failing = false;
  for (std::string lines = take(stop); !lines.empty(); lines = take(stop)) {
    const auto written = output_.write(lines, give_up_.get_token());
    if (!written) metrics_.count(kLost, {}, static_cast<double>(std::ranges::count(lines, '\n')));
    if (!written && !was_failing) spdlog::warn("the access log cannot be written: {}", written.error().describe());
    was_failing = !written;
  }
}

}  // namespace guildhall
