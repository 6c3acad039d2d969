#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/audit_log.hpp"
#include "operator/core/metrics.hpp"
#include "operator/line_output.hpp"

namespace guildhall {

/// Writes each entry of the log, once it is there, as a line of JSON to an output, for a shipper of logs.
///
/// Guarantees: in the order in which entries were recorded, and each at least once. How far it has come is kept beside
/// the log after each batch, so the next leader repeats at most one batch; a reader knows an entry by its id. What was
/// recorded before the sink was first switched on is not written: `kubectl guildhall audit export` has it. A reader
/// that does not read holds up nothing else. For one thread.
class AuditSink {
 public:
  /// References outlive it.
  struct Surroundings {
    AuditLog& log;
    core::Metrics& metrics;
    LineOutput& output;
  };

  explicit AuditSink(const Surroundings& surroundings) : at_(surroundings) {}

  /// Until `stop`. This process leads.
  void follow(const std::stop_token& stop);

 private:
  /// Whether there may be more at once.
  bool write_batch(store::AuditStore& store, const std::stop_token& stop);
  core::Result<std::int64_t> begin(store::AuditStore& store);
  void tell_trouble(const core::Error& error);

  Surroundings at_;
  std::optional<std::int64_t> row_;  ///< all up to this one is written
  std::string trouble_;              ///< as it was told last
};

}  // namespace guildhall
