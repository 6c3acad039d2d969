#include <utility>  // Boost 1.74's awaitable.hpp needs std::exchange and does not say so

#include "operator/http/server.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "operator/http/listen_address.hpp"
#include "operator/http/request_reader.hpp"

namespace guildhall::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Message = bhttp::response<bhttp::string_body>;

namespace {

struct Connection {
  explicit Connection(tcp::socket socket) : stream(std::move(socket)) {}

  beast::tcp_stream stream;
  std::atomic<bool> waits{true};  ///< for a request or the rest of one; false: it is answered, or told to end
};

/// The connections that are open, the oldest first. Thread-safe.
class Connections {
 public:
  using Entry = std::list<std::weak_ptr<Connection>>::iterator;

  /// When there are `most`, the oldest that waits has to go for it, so that peers who say nothing keep nobody out.
  /// Unset: all are being answered.
  std::optional<Entry> admit(const std::shared_ptr<Connection>& connection, std::size_t most);
  void leave(Entry entry);

 private:
  bool end_oldest();

  std::mutex mutex_;
  std::list<std::weak_ptr<Connection>> open_;
};

bool Connections::end_oldest() {
  for (const auto& entry : open_) {
    const auto connection = entry.lock();
    if (!connection || !connection->waits.exchange(false)) continue;
    asio::post(connection->stream.get_executor(), [connection] { connection->stream.close(); });
    return true;
  }
  return false;
}

std::optional<Connections::Entry> Connections::admit(const std::shared_ptr<Connection>& connection, std::size_t most) {
  const std::scoped_lock lock(mutex_);
  if (open_.size() >= most && !end_oldest()) return std::nullopt;
  return open_.insert(open_.end(), connection);
}

void Connections::leave(Entry entry) {
  const std::scoped_lock lock(mutex_);
  open_.erase(entry);
}

/// What every connection of a server shares.
struct Shared {
  Handler handler;
  Limits limits;
  Connections connections;
};

constexpr std::chrono::seconds kLinger{1};
constexpr std::size_t kLingerBytes = 1024UL * 1024;

auto into(error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

Response answer(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (...) {
    return {.status = 500, .body = "internal error\n", .headers = {}};
  }
}

Message message_of(Response response, bool keep_alive, bool is_head) {
  Message message{static_cast<bhttp::status>(response.status), 11};
  message.set(bhttp::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers)
    message.set(name, value);
  message.keep_alive(keep_alive);
  message.body() = std::move(response.body);
  message.prepare_payload();
  if (is_head) message.body().clear();
  return message;
}

asio::awaitable<bool> send(beast::tcp_stream& stream, const Message& message, const Limits& limits) {
  error_code error;
  stream.expires_after(limits.write_timeout);
  co_await bhttp::async_write(stream, message, into(error));
  co_return !error;
}

/// Takes in for a moment what the peer still sends: a socket closed on unread bytes resets the connection, and the
/// refusal would be lost on its way.
asio::awaitable<void> linger(beast::tcp_stream& stream) {
  error_code error;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  stream.expires_after(kLinger);
  std::array<char, 4096> bytes;
  std::size_t taken = 0;
  while (!error && taken < kLingerBytes)
    taken += co_await stream.async_read_some(asio::buffer(bytes), into(error));
}

/// Unset: the peer is gone or too slow.
asio::awaitable<std::optional<Received>> receive(beast::tcp_stream& stream, RequestReader& reader,
                                                 const Limits& limits) {
  stream.expires_after(limits.read_timeout);
  while (true) {
    if (auto received = reader.next()) co_return received;
    const std::span<char> room = reader.room();
    error_code error;
    const std::size_t bytes = co_await stream.async_read_some(asio::buffer(room.data(), room.size()), into(error));
    if (error == asio::error::eof) co_return reader.end();
    if (error) co_return std::nullopt;
    reader.take(bytes);
  }
}

/// Reads one request and answers it. False: the connection ends.
asio::awaitable<bool> exchange(Connection& connection, RequestReader& reader, const Shared& shared) {
  beast::tcp_stream& stream = connection.stream;
  std::optional<Received> received = co_await receive(stream, reader, shared.limits);
  // Told to end in the very moment in which the request was complete: it is not answered half.
  if (!received || !connection.waits.exchange(false)) co_return false;
  if (received->refusal) {
    const Message message = message_of(std::move(*received->refusal), false, false);
    const bool sent = co_await send(stream, message, shared.limits);
    connection.waits = true;
    if (sent) co_await linger(stream);
    co_return false;
  }
  const Message message =
      message_of(answer(shared.handler, *received->request), received->keep_alive, received->request->method == "HEAD");
  const bool sent = co_await send(stream, message, shared.limits);
  const bool goes_on = sent && received->keep_alive;
  connection.waits = goes_on;
  co_return goes_on;
}

/// The place of a connection among all, given back however it ends.
class Place {
 public:
  Place(std::shared_ptr<Shared> shared, Connections::Entry entry) : shared_(std::move(shared)), entry_(entry) {}
  Place(Place&& other) noexcept : shared_(std::move(other.shared_)), entry_(other.entry_) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (shared_) shared_->connections.leave(entry_);
  }
  [[nodiscard]] const Shared& shared() const { return *shared_; }

 private:
  std::shared_ptr<Shared> shared_;  ///< null: moved away
  Connections::Entry entry_;
};

/// Serves one connection until it ends.
asio::awaitable<void> serve(std::shared_ptr<Connection> connection, Place place) {
  RequestReader reader(place.shared().limits);
  bool goes_on = true;
  while (goes_on)
    goes_on = co_await exchange(*connection, reader, place.shared());
  error_code ignored;
  connection->stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

/// What one start() makes and stop() takes down. Its end closes every socket: the connections' coroutines live in the
/// context.
struct Listening {
  std::shared_ptr<Shared> shared;
  asio::io_context context;
  tcp::acceptor acceptor{context};
  std::vector<std::jthread> threads;

  error_code open(const ListenAddress& address);
  tcp::endpoint open_socket(const ListenAddress& address, error_code& error);
  asio::awaitable<void> accept();
  void admit(tcp::socket socket);
  void stop();
};

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

void Listening::admit(tcp::socket socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  const auto executor = socket.get_executor();
  auto connection = std::make_shared<Connection>(std::move(socket));
  const auto entry = shared->connections.admit(connection, shared->limits.connections);
  if (!entry) return connection->stream.close();
  asio::co_spawn(executor, serve(std::move(connection), Place(shared, *entry)), asio::detached);
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
