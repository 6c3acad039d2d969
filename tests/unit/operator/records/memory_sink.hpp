#pragma once

#include <functional>
#include <string>

#include "operator/records/line_sink.hpp"

namespace guildhall::records {

/// Keeps what is written; time passes only where it is waited for.
class MemorySink : public LineSink {
 public:
  bool write(std::string_view bytes) override {
    if (writes_left == 0) return false;
    --writes_left;
    text += bytes;
    largest = std::max(largest, bytes.size());
    return true;
  }
  bool wait(std::chrono::milliseconds duration) override {
    now += duration;
    if (on_wait) on_wait();
    return reading;
  }

  std::string text;
  std::size_t largest = 0;
  int writes_left = 1'000'000;
  bool reading = true;
  std::function<void()> on_wait;
  std::chrono::steady_clock::time_point now;
};

}  // namespace guildhall::records
