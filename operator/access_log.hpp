#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "operator/core/metrics.hpp"
#include "operator/line_output.hpp"

namespace guildhall {

/// Writes the lines of the gate's access log, none of which a request waits for: what a reader is too slow for is lost,
/// and counted in guildhall_gate_access_log_lost_total. What waits at the end is written, if that takes no longer than
/// a second. Thread-safe.
class AccessLog {
 public:
  /// Both outlive it.
  AccessLog(LineOutput& output, core::Metrics& metrics);
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  void add(const std::string& line);

 private:
  std::string take(const std::stop_token& stop);
  void write_until(const std::stop_token& stop);

  LineOutput& output_;
  core::Metrics& metrics_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string waiting_;
  std::stop_source give_up_;
  std::jthread writer_;
};

}  // namespace guildhall
