#pragma once

#include <map>
#include <memory>
#include <string>

#include "operator/http/connections.hpp"
#include "operator/http/server.hpp"
#include "operator/http/server_identity.hpp"
#include "operator/http/streams.hpp"

namespace boost::asio {
class thread_pool;  // NOLINT(readability-identifier-naming): Boost's
}

namespace guildhall::http {

/// What every connection of a server shares.
struct Shared {
  Handler handler;
  Limits limits;
  std::map<std::string, std::string> common_headers;
  std::shared_ptr<const ServerIdentity> identity;  ///< null: no TLS
  Response too_many_streams{.status = 503, .body = "too many streams; try again\n", .headers = {{"Retry-After", "1"}}};
  Connections connections;
  Streams streams;
  boost::asio::thread_pool* workers = nullptr;  ///< for the handler; set while the server listens
};

/// Takes a connection that was accepted and serves it until it ends, on the socket's executor, which has one thread.
/// Closes it at once when there are too many, or there is no identity yet to greet it with. There is one instance: for
/// Boost's tcp::socket, which stays out of this header so.
template <class Socket>
void serve(Socket socket, std::shared_ptr<Shared> shared);

}  // namespace guildhall::http
