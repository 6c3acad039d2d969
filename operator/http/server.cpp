#include <utility>  // Boost 1.74's awaitable.hpp needs std::exchange and does not say so

#include "operator/http/server.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>
#include <vector>

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
  asio::io_context context;
  tcp::acceptor acceptor{context};
  std::vector<std::jthread> threads;

  error_code open(const ListenAddress& address);
  asio::awaitable<void> accept();
  void admit(tcp::socket socket);
  void stop();
};

error_code Listening::open(const ListenAddress& address) {
  error_code error;
  const tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

void Listening::admit(tcp::socket socket) {
  error_code ignored;
  if (shared->connections >= shared->limits.connections) {
    socket.close(ignored);
    return;
  }
  ++shared->connections;
  socket.set_option(tcp::no_delay(true), ignored);
  const auto executor = socket.get_executor();
  asio::co_spawn(executor, serve(std::move(socket), shared), asio::detached);
}

asio::awaitable<void> Listening::accept() {
  while (acceptor.is_open()) {
    error_code error;
    tcp::socket socket(asio::make_strand(context));
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      admit(std::move(socket));
    } else if (error != asio::error::operation_aborted) {
      // Out of file descriptors, most likely: give connections time to end instead of spinning.
      asio::steady_timer pause(context, std::chrono::milliseconds{50});
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

void Listening::stop() {
  context.stop();
  threads.clear();  // joins: no handler runs behind this line
}

/// The loop that accepts never ends by itself; if it does, nobody could connect any more.
void end_process_on(const std::exception_ptr& failure) {
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

struct Server::Inner {
  std::string listen;
  int thread_count;
  std::shared_ptr<Shared> shared = std::make_shared<Shared>();
  std::unique_ptr<Listening> listening;
};

Server::Server(std::string listen, Handler handler, Limits limits, int threads) : inner_(std::make_unique<Inner>()) {
  inner_->listen = std::move(listen);
  inner_->thread_count = threads;
  inner_->shared->handler = std::move(handler);
  inner_->shared->limits = limits;
}

Server::~Server() {
  stop();
}

core::Result<std::uint16_t> Server::start() {
  const auto address = parse_listen_address(inner_->listen);
  if (!address) return std::unexpected(address.error());
  auto listening = std::make_unique<Listening>();
  listening->shared = inner_->shared;
  if (const error_code error = listening->open(*address)) {
    return core::fail(core::ErrorKind::Unavailable,
                      fmt::format("cannot listen on {}: {}", inner_->listen, error.message()));
  }
  const std::uint16_t port = listening->acceptor.local_endpoint().port();
  asio::co_spawn(listening->context, listening->accept(), end_process_on);
  for (int i = 0; i < inner_->thread_count; ++i)
    listening->threads.emplace_back([&context = listening->context] { context.run(); });
  inner_->listening = std::move(listening);
  return port;
}

void Server::stop() {
  if (!inner_->listening) return;
  inner_->listening->stop();
  inner_->listening.reset();
}

}  // namespace guildhall::http
