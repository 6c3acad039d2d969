#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <thread>

#include "operator/http/body_pipe.hpp"

namespace guildhall::http {

/// A body that is being produced.
struct Stream {
  Stream(Framing framing, std::function<void()> wake) : pipe(framing, std::move(wake)) {}

  BodyPipe pipe;
  std::jthread producer;
};

/// The streams of a server, each with a thread of its own, so that no handler waits behind them. Belongs to the
/// server's thread.
class Streams {
 public:
  /// Has the body produced. False: `most` are being produced already, or there is no thread to be had.
  bool begin(const std::shared_ptr<Stream>& stream, BodyProducer produce, std::size_t most);
  /// Its producer has ended.
  void leave(const std::shared_ptr<Stream>& stream) { running_.remove(stream); }
  /// Asks all to stop and waits for them. Once the server's thread has ended.
  void stop();

 private:
  std::list<std::shared_ptr<Stream>> running_;
};

}  // namespace guildhall::http
