#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "operator/http/server.hpp"

namespace guildhall::http {

/// What every connection of a server shares. Internal to this room, as request_reader.hpp: only these show Boost.
struct Shared {
  Handler handler;
  Limits limits;
  std::atomic<std::size_t> connections{0};
};

/// Serves one connection until it ends.
boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket, std::shared_ptr<Shared> shared);

}  // namespace guildhall::http
