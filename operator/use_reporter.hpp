#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/core/random.hpp"
#include "operator/core/result.hpp"
#include "operator/core/use_report.hpp"
#include "operator/gate/key_table.hpp"
#include "operator/gate/use_counter.hpp"
#include "operator/gate/use_reports.hpp"

namespace guildhall {

/// Sends what a gate counted to whoever keeps it, again and again until it is acknowledged. Metrics:
/// guildhall_gate_reports_total{outcome}, guildhall_gate_uses_waiting.
class UseReporter {
 public:
  /// Success acknowledges: what the report tells is kept.
  using Send = std::function<core::Result<void>(const core::UseReport& report, const std::stop_token& stop)>;

  /// References outlive it.
  struct Surroundings {
    gate::UseCounter& counter;
    const gate::KeyTable& table;
    const core::Clock& clock;
    core::RandomSource& random;
    core::Metrics& metrics;
    Send send;
  };

  explicit UseReporter(Surroundings surroundings);

  /// Until `stop`; then it tries once more to tell what is left. For one thread.
  void run(const std::stop_token& stop);

 private:
  /// Sends all that is due. False: something could not be sent.
  bool send_due(bool all, const std::stop_token& stop);
  /// Whether that one is over. One that can never be taken is given up.
  bool send(const core::UseReport& report, const std::stop_token& stop);
  void tell(const core::Result<void>& sent);

  Surroundings at_;
  gate::UseReports reports_;
  bool is_failing_ = false;
};

}  // namespace guildhall
