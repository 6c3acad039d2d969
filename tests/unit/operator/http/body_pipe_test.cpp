#include "operator/http/body_pipe.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace guildhall::http {
namespace {

constexpr std::size_t kChunk = Chunk::kBytes;

/// Takes pieces as a connection does.
class Taker {
 public:
  explicit Taker(Framing framing) : pipe(framing, [this] { wake(); }) {}

  /// Waits for the next piece.
  BodyPipe::Piece next() {
    auto piece = pipe.next();
    while (!piece) {
      is_awake_.wait(false);
      is_awake_ = false;
      piece = pipe.next();
    }
    return *piece;
  }
  /// All pieces, each as text, the last one too.
  std::vector<std::string> rest() {
    std::vector<std::string> pieces;
    bool is_last = false;
    while (!is_last) {
      const auto piece = next();
      pieces.emplace_back(piece.bytes);
      is_last = piece.is_last;
    }
    return pieces;
  }

  BodyPipe pipe;

 private:
  void wake() {
    is_awake_ = true;
    is_awake_.notify_one();
  }
  std::atomic<bool> is_awake_ = false;
};

struct FramedCase {
  std::string name;
  Framing framing;
  std::vector<std::string> want;
};

class BodyPipeFrames : public testing::TestWithParam<FramedCase> {};

TEST_P(BodyPipeFrames, WhatIsFlushedTogether) {
  Taker taker(GetParam().framing);
  const std::jthread producer([&] {
    taker.pipe.write("ab");
    taker.pipe.write("");
    taker.pipe.write("cdefghijklmnop");
    taker.pipe.flush();
    taker.pipe.flush();
    taker.pipe.write("q");
    taker.pipe.finish(true);
  });
  EXPECT_EQ(taker.rest(), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    , BodyPipeFrames,
    testing::Values(FramedCase{"AsChunks", Framing::Chunks, {"10\r\nabcdefghijklmnop\r\n", "1\r\nq\r\n", "0\r\n\r\n"}},
                    FramedCase{"AsItIs", Framing::Close, {"abcdefghijklmnop", "q", ""}}),
    [](const auto& info) { return info.param.name; });

TEST(BodyPipe, GathersWhatIsSmallAndCutsWhatIsBig) {
  Taker taker(Framing::Chunks);
  const std::string row(200, 'r');
  const std::jthread producer([&] {
    for (int i = 0; i < 1000; ++i)
      taker.pipe.write(row);
    taker.pipe.write(std::string(3 * kChunk, 'b'));
    taker.pipe.finish(true);
  });
  const auto pieces = taker.rest();
  const std::size_t bytes = 1000 * row.size() + 3 * kChunk;
  ASSERT_EQ(pieces.size(), bytes / kChunk + 2);
  for (std::size_t i = 0; i + 2 < pieces.size(); ++i)
    EXPECT_EQ(pieces[i].size(), std::string("10000\r\n").size() + kChunk + 2);
}

TEST(BodyPipe, IsNeverFarAheadOfTheConnection) {
  Taker taker(Framing::Close);
  std::atomic<std::size_t> written = 0;
  const std::jthread producer([&] {
    for (int i = 0; i < 2000; ++i) {
      taker.pipe.write(std::string(kChunk / 4, 'x'));
      written += kChunk / 4;
    }
    taker.pipe.finish(true);
  });
  std::size_t taken = 0;
  std::size_t ahead = 0;
  bool is_last = false;
  while (!is_last) {
    const auto piece = taker.next();
    taken += piece.bytes.size();
    ahead = std::max(ahead, written - std::min<std::size_t>(taken, written));
    is_last = piece.is_last;
  }
  EXPECT_EQ(taken, 500 * kChunk);
  EXPECT_LE(ahead, 2 * kChunk);
}

TEST(BodyPipe, SaysWhenTheBodyIsNotWhole) {
  Taker taker(Framing::Chunks);
  const std::jthread producer([&] {
    taker.pipe.write("half");
    taker.pipe.finish(false);
  });
  EXPECT_EQ(taker.next().bytes, "4\r\nhalf\r\n");
  const auto last = taker.next();
  EXPECT_EQ(last.bytes, "");
  EXPECT_TRUE(last.is_last);
  EXPECT_FALSE(last.is_whole);
}

TEST(BodyPipe, ThatIsClosedTakesNoMoreAndEndsWhoeverWaitsForRoom) {
  Taker taker(Framing::Chunks);
  std::atomic<bool> is_taken = true;
  std::jthread producer([&] {
    is_taken = taker.pipe.write(std::string(5 * kChunk, 'x'));
    taker.pipe.finish(true);
  });
  taker.next();
  EXPECT_FALSE(taker.pipe.stop_token().stop_requested());
  taker.pipe.close();
  EXPECT_TRUE(taker.pipe.stop_token().stop_requested());
  const auto last = taker.next();
  EXPECT_EQ(last.bytes, "");
  EXPECT_TRUE(last.is_last);
  EXPECT_FALSE(last.is_whole);
  producer.join();
  EXPECT_FALSE(is_taken);
  EXPECT_FALSE(taker.pipe.write("x"));
  EXPECT_FALSE(taker.pipe.write(""));
  EXPECT_FALSE(taker.pipe.flush());
}

}  // namespace
}  // namespace guildhall::http
