#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "operator/audit/audit_event.hpp"

namespace guildhall::audit {

/// Keeps what repeats from flooding etcd: of one object, action and actor (or words), and of the fields asked for, the
/// first is told at once; what comes in the minute after is counted, and told as one at its end, with the count. So a
/// fight over a binding, or somebody who asks again and again, is one entry a minute. Kept in memory: killed within
/// that minute, a process takes its count along, never the first. Thread-safe; time is an argument.
class Repeats {
 public:
  struct Counted {
    Regarding regarding;
    core::AuditNote note;  ///< the last one, at its time, with the count of all since the first
  };

  static constexpr std::chrono::minutes kWindow{1};
  /// So many objects and actors at once; all others share one count for each namespace and action.
  static constexpr std::size_t kMostApart = 1'000;

  /// Whether it is to be told now; else it is counted.
  [[nodiscard]] bool is_first(const Regarding& regarding, const core::AuditNote& note, core::Timestamp now);
  /// Takes out what is to be told now, as its minute is over; and what is not repeated any more is forgotten.
  [[nodiscard]] std::vector<Counted> due(core::Timestamp now);
  /// Takes out all that is counted: the process ends.
  [[nodiscard]] std::vector<Counted> all();

 private:
  /// Object's UID, action, and user with what was asked for; of what Guildhall does itself, its words: they name what
  /// was put back.
  using Key = std::tuple<std::string, std::string, std::string>;
  struct Window {
    core::Timestamp end;
    std::int64_t count = 0;
    std::optional<Counted> last;
  };

  [[nodiscard]] Key key_of(const Regarding& regarding, const core::AuditNote& note) const;
  static Counted counted(const Window& window);

  mutable std::mutex mutex_;
  std::map<Key, Window> windows_;
};

}  // namespace guildhall::audit
