#include "tests/cluster/eventually.hpp"

#include <poll.h>

#include <algorithm>

namespace guildhall::tests::cluster {
namespace {

/// Looks cost more than pauses, as most start a kubectl: what takes long is looked at less often, and the other test
/// that runs meanwhile has the processor.
constexpr int kFirstPauseMilliseconds = 20;
constexpr int kLongestPauseMilliseconds = 300;

}  // namespace

testing::AssertionResult eventually(std::string_view condition, const std::function<Observation()>& look,
                                    std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  int pause = kFirstPauseMilliseconds;
  while (true) {
    const auto observation = look();
    if (observation.holds) {
      return testing::AssertionSuccess();
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return testing::AssertionFailure() << "never within " << limit.count() << " s: " << condition
                                         << "\nlast seen: " << observation.seen;
    }
    ::poll(nullptr, 0, pause);
    pause = std::min(pause * 3 / 2, kLongestPauseMilliseconds);
  }
}

}  // namespace guildhall::tests::cluster
