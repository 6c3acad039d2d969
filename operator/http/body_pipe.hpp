#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "operator/http/body_writer.hpp"

namespace guildhall::http {

/// How the peer finds the end of a body (RFC 9112, section 6.3).
enum class Framing {
  Length,  ///< is told before
  Chunks,  ///< the last of them says so
  Close,   ///< the connection ends with it, for HTTP/1.0
};

/// So many bytes of a body stand together on their way.
class Chunk {
 public:
  static constexpr std::size_t kBytes = 64UL * 1024;

  /// Takes what fits, from the beginning of the text.
  void take(std::string_view& text);
  [[nodiscard]] bool is_full() const { return text_.size() == kHead + kBytes; }
  [[nodiscard]] bool empty() const { return text_.size() == kHead; }
  void clear() { text_.resize(kHead); }
  /// As it goes over the wire: nothing, when it is empty. Nothing more may be taken.
  std::string_view seal(Framing framing);

 private:
  static constexpr std::size_t kHead = 8;  ///< room for the size and the end of its line

  std::string text_ = std::string(kHead, ' ');
};

/// A body on its way from its producer, on one thread, to its connection, on another. Holds three chunks at most: one
/// that is filled, one that is ready, one that is sent. So both work at the same time, and the slower one sets the
/// pace.
class BodyPipe final : public BodyWriter {
 public:
  /// `wake` is called when next() has something after it had nothing, on the producer's thread.
  BodyPipe(Framing framing, std::function<void()> wake) : framing_(framing), wake_(std::move(wake)) {}

  bool write(std::string_view bytes) override;
  bool flush() override;
  [[nodiscard]] std::stop_token stop_token() const override { return stop_.get_token(); }
  /// The producer has ended; it has written all or not.
  void finish(bool is_whole);

  struct Piece {
    std::string_view bytes;  ///< for the wire; stay until the next call
    bool is_last = false;    ///< the producer has ended
    bool is_whole = false;   ///< so has the body
  };
  /// For the connection's thread: what goes next. Unset: nothing yet.
  std::optional<Piece> next();
  /// Nobody reads any more: what is written is thrown away, and the producer asked to stop. For any thread.
  void close();

 private:
  Framing framing_;
  std::function<void()> wake_;
  std::stop_source stop_;
  Chunk filling_;  ///< the producer's
  Chunk sending_;  ///< the connection's

  std::mutex mutex_;  ///< of what follows
  std::condition_variable room_;
  Chunk ready_;
  bool is_awaited_ = false;  ///< next() had nothing
  bool is_closed_ = false;
  bool has_ended_ = false;
  bool is_whole_ = false;
};

}  // namespace guildhall::http
