// Every seed goes through its target, so that what a fuzzer has found once stays mended.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/targets.hpp"

namespace guildhall::tests::fuzz {
namespace {

struct Target {
  const char* name;
  void (*check)(std::string_view input);
};

void PrintTo(const Target& target, std::ostream* out) {
  *out << target.name;
}

/// Just as long as the file: whoever reads behind its end is seen.
std::vector<char> bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

class FuzzSeeds : public testing::TestWithParam<Target> {};

TEST_P(FuzzSeeds, KeepTheirPromises) {
  const auto seeds = std::filesystem::path(GUILDHALL_SOURCE_DIR) / "tests/fuzz/seeds" / GetParam().name;
  int checked = 0;
  for (const auto& seed : std::filesystem::directory_iterator(seeds)) {
    const std::vector<char> bytes = bytes_of(seed.path());
    EXPECT_NO_THROW(GetParam().check({bytes.data(), bytes.size()})) << seed.path();
    ++checked;
  }
  EXPECT_GT(checked, 0) << "there is no seed in " << seeds;
}

INSTANTIATE_TEST_SUITE_P(, FuzzSeeds,
                         testing::Values(Target{"token", check_token}, Target{"path", check_path},
                                         Target{"request", check_request}, Target{"kubeconfig", check_kubeconfig},
                                         Target{"watch_line", check_watch_line}, Target{"review", check_review}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace guildhall::tests::fuzz
