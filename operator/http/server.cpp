#include <utility>  // Boost 1.74's awaitable.hpp needs std::exchange and does not say so

#include "operator/http/server.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>

#include "operator/http/listen_address.hpp"
#include "operator/http/session.hpp"

namespace guildhall::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// What one start() makes and stop() takes down. Its end closes every socket: the connections' coroutines live in the
/// context.
struct Listening {
  std::shared_ptr<Shared> shared;
  asio::io_context context{1};
  asio::thread_pool workers;
  tcp::acceptor acceptor{context};
  std::jthread thread;  ///< runs the context

  Listening(std::shared_ptr<Shared> served, int worker_count);

  error_code open(const ListenAddress& address);
  tcp::endpoint open_socket(const ListenAddress& address, error_code& error);
  asio::awaitable<void> accept();
  void stop();
};

Listening::Listening(std::shared_ptr<Shared> served, int worker_count)
    : shared(std::move(served)), workers(static_cast<std::size_t>(worker_count)) {
  shared->workers = &workers;
}

/// Where to bind. Every address: the IPv6 one takes IPv4 too, where the kernel has IPv6.
tcp::endpoint Listening::open_socket(const ListenAddress& address, error_code& error) {
  if (!address.host.empty()) {
    const tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
    acceptor.open(endpoint.protocol(), error);
    return endpoint;
  }
  acceptor.open(tcp::v6(), error);
  if (!error) {
    acceptor.set_option(asio::ip::v6_only(false), error);
    return {tcp::v6(), address.port};
  }
  acceptor.open(tcp::v4(), error);
  return {tcp::v4(), address.port};
}

error_code Listening::open(const ListenAddress& address) {
  error_code error;
  const tcp::endpoint endpoint = open_socket(address, error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

asio::awaitable<void> Listening::accept() {
  while (acceptor.is_open()) {
    error_code error;
    tcp::socket socket(context);
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      serve(std::move(socket), shared);
    } else if (error != asio::error::operation_aborted) {
      // Out of file descriptors, most likely: give connections time to end instead of spinning.
      asio::steady_timer pause(context, std::chrono::milliseconds{50});
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

void Listening::stop() {
  context.stop();
  if (thread.joinable()) thread.join();
  shared->streams.stop();
  shared->connections.abandon_all();
  workers.stop();
  workers.join();  // no handler and no stream runs behind this line
}

/// The loop that accepts never ends by itself; if it does, nobody could connect any more.
void end_process_on(const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

std::vector<std::string> values_of(const Request& request, const std::string& name) {
  std::vector<std::string> values;
  const auto [first, end] = request.fields.equal_range(name);
  for (auto field = first; field != end; ++field)
    values.push_back(field->second);
  return values;
}

struct Server::Inner {
  std::string listen;
  int worker_count;
  std::shared_ptr<Shared> shared = std::make_shared<Shared>();
  std::unique_ptr<Listening> listening;
};

Server::Server(std::string listen, Handler handler, Limits limits, int workers,
               std::shared_ptr<const ServerIdentity> identity)
    : inner_(std::make_unique<Inner>()) {
  inner_->listen = std::move(listen);
  inner_->worker_count = workers;
  inner_->shared->handler = std::move(handler);
  inner_->shared->limits = std::move(limits);
  inner_->shared->identity = std::move(identity);
}

Server::~Server() {
  stop();
}

void Server::set_common_headers(std::map<std::string, std::string> headers) {
  inner_->shared->common_headers = std::move(headers);
}

void Server::set_too_many_streams(Response response) {
  inner_->shared->too_many_streams = std::move(response);
}

core::Result<std::uint16_t> Server::start() {
  const auto address = parse_listen_address(inner_->listen);
  if (!address) return std::unexpected(address.error());
  auto listening = std::make_unique<Listening>(inner_->shared, inner_->worker_count);
  if (const error_code error = listening->open(*address)) {
    return core::fail(core::ErrorKind::Unavailable,
                      fmt::format("cannot listen on {}: {}", inner_->listen, error.message()));
  }
  const std::uint16_t port = listening->acceptor.local_endpoint().port();
  asio::co_spawn(listening->context, listening->accept(), end_process_on);
  listening->thread = std::jthread([&context = listening->context] { context.run(); });
  inner_->listening = std::move(listening);
  return port;
}

void Server::stop() {
  if (!inner_->listening) return;
  inner_->listening->stop();
  inner_->listening.reset();
}

}  // namespace guildhall::http
