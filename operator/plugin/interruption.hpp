#pragma once

#include <stop_token>
#include <thread>

namespace guildhall::plugin {

/// What ends a command: SIGINT and SIGTERM; or also that nobody reads standard output any more. A write that nobody
/// reads is an error then, and not the end of the process.
enum class EndsBy { Signal, SignalOrReader };

/// Asks what runs to stop. To be made before any other thread, as the signals are kept from the threads that come
/// after.
class Interruption {
 public:
  explicit Interruption(EndsBy ends);
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();

  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

 private:
  void wait(EndsBy ends);

  std::stop_source source_;
  int signals_;
  int end_;  ///< readable: nobody waits for signals any more
  std::thread thread_;
};

/// What is still to be written to standard output goes nowhere: who read it has gone, and that is no failure.
void discard_output();

}  // namespace guildhall::plugin
