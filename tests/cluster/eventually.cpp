#include "tests/cluster/eventually.hpp"

#include <poll.h>

namespace guildhall::tests::cluster {
namespace {

constexpr int kPauseMilliseconds = 20;

}  // namespace

testing::AssertionResult eventually(std::string_view condition, const std::function<Observation()>& look,
                                    std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto observation = look();
    if (observation.holds) {
      return testing::AssertionSuccess();
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return testing::AssertionFailure() << "never within " << limit.count() << " s: " << condition
                                         << "\nlast seen: " << observation.seen;
    }
    ::poll(nullptr, 0, kPauseMilliseconds);
  }
}

}  // namespace guildhall::tests::cluster
