#include "operator/gate/use_counter.hpp"

#include <algorithm>
#include <utility>

namespace guildhall::gate {

namespace {

void count(std::map<RefusalKind, RefusalCount>& refusals, RefusalKind kind, core::Timestamp now) {
  // Of what there is no room for, at least its Organization is told.
  if (refusals.size() >= UseCounter::kMostKinds && !refusals.contains(kind)) {
    kind.key = {};
    kind.uid.clear();
    if (refusals.size() >= 2 * UseCounter::kMostKinds && !refusals.contains(kind)) return;
  }
  RefusalCount& counted = refusals[std::move(kind)];
  ++counted.count;
  counted.last_at = std::max(counted.last_at, now);
}

}  // namespace

bool is_reported(Outcome outcome) {
  return outcome != Outcome::Allowed && outcome != Outcome::NoKey && outcome != Outcome::UnclearRequest;
}

void UseCounter::note(const std::string& organization, const Decision& decision, core::Timestamp now) {
  const core::ObjectKey key = decision.key.empty() ? core::ObjectKey{} : core::ObjectKey{decision.home, decision.key};
  if (decision.outcome == Outcome::Allowed) {
    const std::scoped_lock lock(mutex_);
    LastUse& last = counted_.uses[key];
    // Most often it is there, and needs no memory.
    if (last.uid != decision.uid) last.uid = decision.uid;
    last.at = std::max(last.at, now);
  } else if (is_reported(decision.outcome)) {
    RefusalKind kind{.organization = organization, .key = key, .uid = decision.uid, .outcome = decision.outcome};
    const std::scoped_lock lock(mutex_);
    count(counted_.refusals, std::move(kind), now);
  }
}

Counted UseCounter::take() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(counted_, {});
}

}  // namespace guildhall::gate
