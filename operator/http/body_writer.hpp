#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

namespace guildhall::http {

/// Takes a body bit by bit and has it sent meanwhile. For its producer's thread alone.
class BodyWriter {
 public:
  BodyWriter() = default;
  BodyWriter(const BodyWriter&) = delete;
  BodyWriter& operator=(const BodyWriter&) = delete;
  virtual ~BodyWriter() = default;

  /// Takes all of the bytes, and waits as long as the peer does not read enough of those before. What is small is
  /// gathered before it is sent (64 KiB). False: it goes nowhere any more: the peer is gone or reads nothing, or the
  /// server stops.
  virtual bool write(std::string_view bytes) = 0;
  /// Sends now what has been gathered. A producer does so before it waits for what it writes next. False: as write().
  virtual bool flush() = 0;
  /// Asked to stop as soon as write() would be false, so that a producer that waits ends, too. What it calls then is
  /// called on the thread that serves all connections, and has to be short.
  [[nodiscard]] virtual std::stop_token stop_token() const = 0;
};

/// Writes one body, on a thread of its own. True: all of it has been written. False, or an exception: there should have
/// been more, and the peer can tell. Returns soon once it is asked to stop. May also never be called, and goes then on
/// any thread.
using BodyProducer = std::function<bool(BodyWriter& body)>;

}  // namespace guildhall::http
