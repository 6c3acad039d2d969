#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "operator/http/server.hpp"

namespace guildhall::http {

/// What came: a request, or the answer to what is none.
struct Received {
  std::optional<Request> request;
  std::optional<Response> refusal;  ///< set when `request` is not; nothing may be read behind it
  bool keep_alive = false;          ///< whether another request may follow
  bool takes_chunks = false;        ///< knows a body in chunks
};

/// Makes requests of the bytes of one connection, within the limits; does no I/O itself. Fields behind a body in chunks
/// (trailers) are passed over. Not thread-safe.
class RequestReader {
 public:
  explicit RequestReader(const Limits& limits);
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;
  ~RequestReader();

  /// The next request that is there as a whole, or the refusal; unset: more bytes are needed.
  [[nodiscard]] std::optional<Received> next();
  /// Where the next bytes go; never empty after next() asked for more.
  [[nodiscard]] std::span<char> room();
  /// So many bytes were put there.
  void take(std::size_t bytes);
  /// No more bytes come: the refusal of what was begun, or nothing.
  [[nodiscard]] std::optional<Received> end();

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace guildhall::http
