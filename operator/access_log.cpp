#include "operator/access_log.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace guildhall {

namespace {

constexpr std::size_t kMostWaiting = 4U << 20U;  // bytes; some 20,000 requests

}  // namespace

AccessLog::AccessLog(LineOutput& output, core::Metrics& metrics) : output_(output), metrics_(metrics) {
  metrics_.count("guildhall_gate_access_log_lost_total", {}, 0);
  writer_ = std::jthread([this](const std::stop_token& stop) { write_until(stop); });
}

AccessLog::~AccessLog() = default;

void AccessLog::add(const std::string& line) {
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() + line.size() <= kMostWaiting) {
      waiting_ += line;
      changed_.notify_one();
      return;
    }
  }
  metrics_.count("guildhall_gate_access_log_lost_total", {}, 1);
}

/// Waits for some. Empty: it is to end.
std::string AccessLog::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) return {};
  return std::exchange(waiting_, {});
}

void AccessLog::write_until(const std::stop_token& stop) {
  bool was_failing = false;
  for (std::string lines = take(stop); !lines.empty(); lines = take(stop)) {
    const auto written = output_.write(lines, stop);
    const bool fails = !written && written.error().kind != core::ErrorKind::Canceled;
    if (fails && !was_failing) spdlog::warn("the access log cannot be written: {}", written.error().describe());
    was_failing = fails;
  }
}

}  // namespace guildhall
