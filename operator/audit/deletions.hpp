#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "operator/core/audit_entry.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::audit {

/// How the object of an entry is now.
enum class ObjectState { Gone, Going, Stands };

/// Holds what webhooks told of deletions until it shows whether they came about: a webhook is asked before the object
/// goes, and another may still refuse. What stands after a minute was not deleted, and its entry says that somebody
/// asked for it. An object is deleted once: of several that asked for it at the same moment, or of one that was asked
/// about again, one entry is left. Thread-safe; time is an argument.
class Deletions {
 public:
  using Look = std::function<ObjectState(const core::AuditEntry& entry)>;
  /// Whether the API server itself still has it. Unset: it does not answer.
  using Ask = std::function<std::optional<bool>(const core::AuditEntry& entry)>;
  /// Whether the log tells of the deletion of the entry's object.
  using IsTold = std::function<bool(const core::AuditEntry& entry)>;

  /// How long after the entry's time an object may still stand: no request to the API server takes longer than its
  /// --request-timeout, 60 s by default, and other webhooks are asked within it.
  static constexpr std::chrono::seconds kPatience{65};

  Deletions(Look look, Ask ask, IsTold is_told)
      : look_(std::move(look)), ask_(std::move(ask)), is_told_(std::move(is_told)) {}

  /// Whether it tells of a deletion, so that it is to be held.
  [[nodiscard]] static bool is_deletion(const core::AuditEntry& entry);
  void hold(core::AuditEntry entry);
  /// Takes out what is decided by now. For one thread.
  [[nodiscard]] std::vector<core::AuditEntry> settle(core::Timestamp now);
  [[nodiscard]] bool empty() const;

 private:
  /// So many UIDs of what is gone are remembered until the log has them.
  static constexpr std::size_t kMostRemembered = 10'000;

  enum class Outcome { Open, CameAbout, Refused };
  [[nodiscard]] std::vector<core::AuditEntry> held() const;
  [[nodiscard]] Outcome outcome_of(const core::AuditEntry& entry, core::Timestamp now) const;
  std::vector<core::AuditEntry> take_decided(core::Timestamp now);
  std::vector<core::AuditEntry> one_of_each(std::vector<core::AuditEntry> decided);
  bool is_first(const core::AuditEntry& entry);

  Look look_;
  Ask ask_;
  IsTold is_told_;
  mutable std::mutex mutex_;
  std::map<std::string, core::AuditEntry> held_;  ///< by id
  std::set<std::string> gone_;                    ///< UIDs of what was told to be gone
  std::deque<std::string> gone_in_order_;
};

}  // namespace guildhall::audit
