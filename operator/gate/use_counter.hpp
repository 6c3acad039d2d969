#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

#include "operator/core/resource_type.hpp"
#include "operator/core/timestamp.hpp"
#include "operator/gate/decision.hpp"

namespace guildhall::gate {

/// Whom a refusal is told of, and why: what is counted together.
struct RefusalKind {
  std::string organization;
  core::ObjectKey key;  ///< empty: no key of the Organization was shown
  std::string uid;
  Outcome outcome = Outcome::NoKey;
  auto operator<=>(const RefusalKind&) const = default;
};

/// The last use of a key.
struct LastUse {
  std::string uid;
  core::Timestamp at;
};

struct RefusalCount {
  std::int64_t count = 0;
  core::Timestamp last_at;
};

/// What was counted since it was last taken.
struct Counted {
  std::unordered_map<core::ObjectKey, LastUse> uses;
  std::map<RefusalKind, RefusalCount> refusals;
};

/// Whether the reports of gates tell of it: keys that were tried, in whatever way. A request without any key, and one
/// that its proxy asks unclearly about, say nothing of a key.
bool is_reported(Outcome outcome);

/// Counts what the gate decides, in the way of each request. Thread-safe.
class UseCounter {
 public:
  /// So many keys and kinds at once; nobody who asks for ever new Organizations fills the memory.
  static constexpr std::size_t kMostKinds = 10'000;

  void note(const std::string& organization, const Decision& decision, core::Timestamp now);
  [[nodiscard]] Counted take();

 private:
  std::mutex mutex_;
  Counted counted_;
};

}  // namespace guildhall::gate
