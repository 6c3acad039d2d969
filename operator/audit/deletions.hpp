#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "operator/core/audit_entry.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::audit {

/// How the object of an entry is now.
enum class ObjectState { Gone, Going, Stands };

/// Holds what webhooks told of deletions until it shows whether they came about: a webhook is asked before the object
/// goes, and another may still refuse. What stands after some seconds was not deleted, and its entry says that somebody
/// asked for it. Thread-safe; time is an argument.
class Deletions {
 public:
  using Look = std::function<ObjectState(const core::AuditEntry& entry)>;

  /// How long after the entry's time an object may still stand.
  static constexpr std::chrono::seconds kPatience{20};

  explicit Deletions(Look look) : look_(std::move(look)) {}

  /// Whether it tells of a deletion, so that it is to be held.
  [[nodiscard]] static bool is_deletion(const core::AuditEntry& entry);
  void hold(core::AuditEntry entry);
  /// Takes out what is decided by now.
  [[nodiscard]] std::vector<core::AuditEntry> settle(core::Timestamp now);
  [[nodiscard]] bool empty() const;

 private:
  Look look_;
  mutable std::mutex mutex_;
  std::map<std::string, core::AuditEntry> held_;  ///< by id
};

}  // namespace guildhall::audit
