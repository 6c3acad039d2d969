#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "operator/records/entry_scope.hpp"
#include "operator/records/entry_source.hpp"
#include "operator/records/entry_stream.hpp"
#include "operator/records/line_sink.hpp"
#include "operator/records/negotiation.hpp"

namespace guildhall::records {

/// How long at most a watch lasts.
inline constexpr std::chrono::minutes kLongestWatch{5};

/// How long a watch lasts that asks for `wanted`: never longer than five minutes, and those that would end together do
/// not. `random`: in [0, 1).
std::chrono::milliseconds watch_duration(std::optional<std::chrono::seconds> wanted, double random);

/// What a watch is about.
struct WatchPlan {
  EntryScope scope;
  std::optional<std::string> name;  ///< only the entry of that id
  std::string ns;
  Representation wanted;
  std::int64_t after_row = 0;  ///< tells what was recorded after that
  bool bookmarks = false;
  bool marks_initial_end = false;  ///< first a bookmark that says: what stood before has been told
  std::chrono::milliseconds lasts{0};
  NextPage standing;  ///< what stood before is told first; unset: it is not
};

/// What a watch needs while it runs.
struct WatchSurroundings {
  EntrySource* source = nullptr;
  std::function<std::chrono::steady_clock::time_point()> now;
  /// The scope as it is now: a namespace that another Organization claims meanwhile ends the watch.
  std::function<core::Result<EntryScope>()> scope_now;
  std::chrono::milliseconds pause{1000};  ///< between two looks
  std::chrono::milliseconds bookmark_every{60'000};
};

/// Tells of entries as they come, an event a line, until its time is up. A failure becomes an ERROR event and the end,
/// upon which clients list again. Source: Kubernetes API concepts, "Efficient detection of changes".
Producer watch_entries(WatchPlan plan, WatchSurroundings surroundings);

/// One ERROR event and the end: a resourceVersion that cannot be gone on from.
Producer refuse_watch(const Status& status);

}  // namespace guildhall::records
