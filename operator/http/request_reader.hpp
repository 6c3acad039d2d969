#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <optional>

#include "operator/http/server.hpp"

namespace guildhall::http {

/// What came over a connection: a request, or the answer to what is none, or neither (the peer is gone or too slow).
struct Received {
  std::optional<Request> request;
  std::optional<Response> refusal;
  bool keep_alive = false;  ///< whether another request may follow
};

/// Reads one request within the limits. Bytes that came behind it stay in `buffer`. Internal to this room.
boost::asio::awaitable<Received> receive(boost::beast::tcp_stream& stream, boost::beast::flat_buffer& buffer,
                                         const Limits& limits);

}  // namespace guildhall::http
