#include "operator/crypto/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

namespace guildhall::crypto {
namespace {

TEST(SystemRandom, FillsAllOfWhatItIsGivenAndNothingElse) {
  SystemRandom random;
  // A byte that is never touched stays zero in all of 64 rounds; one that is filled does so once in 2^512.
  std::array<int, 34> touched{};
  for (int round = 0; round < 64; ++round) {
    std::array<std::byte, 34> bytes{};
    random.fill(std::span(bytes).subspan(1, 32));
    for (std::size_t i = 0; i < bytes.size(); ++i)
      touched.at(i) += bytes.at(i) != std::byte{0} ? 1 : 0;
  }
  EXPECT_EQ(touched.front(), 0);
  EXPECT_EQ(touched.back(), 0);
  EXPECT_TRUE(std::all_of(touched.begin() + 1, touched.end() - 1, [](int count) { return count > 0; }));
}

TEST(SystemRandom, NeverGivesTheSameTwice) {
  SystemRandom random;
  std::set<std::array<std::byte, 16>> seen;
  for (int round = 0; round < 1000; ++round) {
    std::array<std::byte, 16> bytes{};
    random.fill(bytes);
    seen.insert(bytes);
  }
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(SystemRandom, TakesNoBytesAtAll) {
  SystemRandom random;
  random.fill({});
}

}  // namespace
}  // namespace guildhall::crypto
