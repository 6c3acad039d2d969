// Waiting for a named condition.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace guildhall::tests::cluster {

// One look: whether the condition holds, and what was seen, for the message when it never does.
struct Observation {
  bool holds = false;
  std::string seen;
};

// Looks again and again until the condition holds. A failure names the condition and shows the last look:
//   ASSERT_TRUE(eventually("the Secret exists", [&] { auto got = kubectl({"get", "secret", "x"}); return
//   Observation{got.exit_code == 0, got.err}; }));
// The limit is only there to end a run that went wrong: no test may depend on its length.
[[nodiscard]] testing::AssertionResult eventually(std::string_view condition, const std::function<Observation()>& look,
                                                  std::chrono::seconds limit = std::chrono::seconds(60));

}  // namespace guildhall::tests::cluster
