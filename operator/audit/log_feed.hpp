#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

#include "operator/audit/audit_event.hpp"
#include "operator/core/metrics.hpp"
#include "operator/core/seal.hpp"
#include "operator/kube/informer.hpp"

namespace guildhall::audit {

/// Hands the entries of sealed Events to the leader's log, whoever wrote them. Event first, log second: what stands in
/// an Event is written down by this leader or, as long as Events last, by the next one. Look-alikes are counted and
/// ignored. Thread-safe.
class LogFeed {
 public:
  /// Takes an entry for the log; the log knows which it has already.
  using Log = std::function<void(core::AuditEntry entry)>;

  /// Adds its handler: before the informer runs. References outlive it.
  LogFeed(kube::Informer<EventView>& events, const core::Sealer& sealer, core::Metrics& metrics);

  /// The leader begins, with caches and seal keys filled: what stands goes to the log, and from then on what comes.
  void begin(Log log);
  /// Hands in what stands once more.
  void again();
  /// Whether an Event with that entry stands.
  [[nodiscard]] bool stands(const std::string& id) const;

 private:
  void take(const EventView& event);
  void count_look_alike(const EventView& event);
  [[nodiscard]] bool is_leading() const;
  void drop(const EventView& event);

  kube::Informer<EventView>& events_;
  const core::Sealer& sealer_;
  core::Metrics& metrics_;
  mutable std::mutex mutex_;
  Log log_;
  std::unordered_map<std::string, core::ObjectKey> standing_;  ///< by the entry's id
  std::map<core::ObjectKey, std::string> ids_;
};

}  // namespace guildhall::audit
