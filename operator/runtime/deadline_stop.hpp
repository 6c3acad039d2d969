#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "operator/runtime/clocks.hpp"

namespace guildhall::runtime {

/// A stop_token that is requested at `deadline`, or when `outer` is: bounds a call that may hang. Ends with its scope.
class DeadlineStop {
 public:
  DeadlineStop(const SteadyClock& clock, SteadyTime deadline, const std::stop_token& outer)
      : forward_(outer, Forward{&source_}), timer_([this, &clock, deadline](const std::stop_token& end) {
          std::unique_lock lock(mutex_);
          while (!end.stop_requested() && clock.now() < deadline)
            clock.wait_until(changed_, lock, deadline, end);
          if (!end.stop_requested()) source_.request_stop();
        }) {}

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  struct Forward {
    std::stop_source* source;
    void operator()() const { source->request_stop(); }
  };

  std::stop_source source_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::stop_callback<Forward> forward_;
  std::jthread timer_;
};

}  // namespace guildhall::runtime
