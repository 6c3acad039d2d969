#pragma once

#include <chrono>
#include <stop_token>
#include <thread>

namespace guildhall {

/// Stops what is tried a last time as the process ends. Whatever is not done by then is given up.
class Deadline {
 public:
  /// `source` is requested to stop after that time, unless this ends before.
  Deadline(std::stop_source source, std::chrono::milliseconds time);

 private:
  std::jthread waits_;
};

}  // namespace guildhall
