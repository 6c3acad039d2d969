#include <utility>  // Boost 1.74's awaitable.hpp needs std::exchange and does not say so

#include "operator/http/session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "operator/http/answer.hpp"
#include "operator/http/connection.hpp"
#include "operator/http/request_reader.hpp"

namespace guildhall::http {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds kLinger{1};

Response answer(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (...) {
    return {.status = 500, .body = "internal error\n", .headers = {}};
  }
}

/// Makes the answer on a worker and calls `done` with it where that belongs.
template <class Done>
void answer_on_worker(const Shared& shared, const Request& request, Done done) {
  asio::post(*shared.workers, [&shared, &request, done = std::move(done)]() mutable {
    const auto executor = asio::get_associated_executor(done);
    asio::post(executor, [done = std::move(done), response = answer(shared.handler, request)]() mutable {
      done(std::move(response));
    });
  });
}

/// The handler's answer. It runs on a worker, and the connection goes on where it was.
asio::awaitable<Response> answered(const Shared& shared, const Request& request) {
  const auto initiate = [&shared, &request](auto done) { answer_on_worker(shared, request, std::move(done)); };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Response)>(initiate, asio::use_awaitable);
}

asio::awaitable<void> news(Connection& connection) {
  const auto initiate = [&connection](auto done) { connection.on_news(std::move(done)); };
  return asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
}

/// Whether what the connection does now has succeeded.
asio::awaitable<bool> success(Connection& connection) {
  while (connection.is_acting())
    co_await news(connection);
  connection.take_its_time();
  co_return connection.has_succeeded();
}

/// Unset: the peer is gone or too slow.
asio::awaitable<std::optional<Received>> receive(Connection& connection, const Limits& limits) {
  connection.finish_within(limits.read_timeout);
  std::optional<Received> received = connection.reader().next();
  while (!received && connection.peer() == Connection::Peer::Speaks) {
    connection.read();
    while (connection.is_reading())
      co_await news(connection);
    received = connection.reader().next();
  }
  connection.take_its_time();
  if (!received && connection.peer() == Connection::Peer::HasEnded) received = connection.reader().end();
  co_return received;
}

asio::awaitable<bool> send(Connection& connection, Response response, const Terms& terms, const Limits& limits) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const Answer answer = make_answer(std::move(response), terms, now);
  connection.finish_within(limits.write_timeout);
  connection.write(answer.head, answer.body);
  co_return co_await success(connection);
}

/// The time is for each part that goes.
asio::awaitable<bool> send_piece(Connection& connection, std::string_view bytes, const Limits& limits) {
  while (!bytes.empty()) {
    connection.finish_within(limits.write_timeout);
    connection.write_some(bytes);
    const bool is_sent = co_await success(connection);  // in an `if` in a loop, GCC 12 would not come back from it
    if (!is_sent) co_return false;
    bytes.remove_prefix(connection.written());
  }
  co_return true;
}

/// Sends what is produced until the producer has ended, also when nobody reads it any more. True: all of it was sent.
asio::awaitable<bool> send_body(Connection& connection, BodyPipe& pipe, const Limits& limits) {
  while (true) {
    if (connection.is_closed()) pipe.close();
    const auto piece = pipe.next();
    if (!piece) {
      co_await news(connection);
      continue;
    }
    const bool is_sent = co_await send_piece(connection, piece->bytes, limits);
    if (!is_sent) connection.close();
    if (piece->is_last) co_return piece->is_whole && !connection.is_closed();
  }
}

/// Whether all of it was sent. If not, the connection is closed: a peer that knows no chunks has to be told by a reset.
asio::awaitable<bool> send_stream(Connection& connection, Response response, const Terms& terms, Shared& shared) {
  const Limits& limits = shared.limits;
  const auto wake = [self = connection.shared_from_this()] { self->tell_from_afar(); };
  const auto stream = std::make_shared<Stream>(terms.framing, wake);
  if (!shared.streams.begin(stream, std::exchange(response.stream, nullptr), limits.streams)) {
    Response refusal = shared.too_many_streams;
    refusal.headers.insert(shared.common_headers.begin(), shared.common_headers.end());
    const Terms known{.framing = Framing::Length, .keep_alive = terms.keep_alive};
    co_return co_await send(connection, std::move(refusal), known, limits);
  }
  shared.connections.set_apart();
  connection.hold_little_unsent();
  connection.watch_peer(true);
  const bool is_begun = co_await send(connection, std::move(response), terms, limits);
  if (!is_begun) connection.close();
  const bool is_whole = co_await send_body(connection, stream->pipe, limits);
  connection.watch_peer(false);
  shared.streams.leave(stream);
  shared.connections.take_back(limits.connections);
  if (!is_whole && terms.framing == Framing::Close) connection.reset();
  if (!is_whole) connection.close();
  co_return is_whole;
}

Framing framing_of(const Response& response, const Received& received) {
  if (!response.stream) return Framing::Length;
  return received.takes_chunks ? Framing::Chunks : Framing::Close;
}

/// Says of a request what it does not say itself. False: its connection was made under other authorities.
bool identify_peer(Received& received, const Connection& connection, const Shared& shared) {
  const auto authorities = shared.identity ? shared.identity->client_authorities() : nullptr;
  if (received.request) received.request->peer = connection.peer_address();
  if (received.request && authorities) received.request->client_common_name = connection.common_name(*authorities);
  return connection.was_asked_by(authorities);
}

enum class Next { Request, End, Drain };

/// Reads one request and answers it.
asio::awaitable<Next> exchange(Connection& connection, Shared& shared) {
  std::optional<Received> received = co_await receive(connection, shared.limits);
  // Told to end in the very moment in which the request was complete: it is not answered half.
  if (!received || !connection.waits.exchange(false)) co_return Next::End;
  Terms terms{.is_head = received->request && received->request->method == "HEAD"};
  terms.keep_alive = identify_peer(*received, connection, shared) && received->keep_alive;
  Response response;  // GCC 12 destroys too early what a co_await within a ?: gives
  if (received->refusal) {
    response = std::move(*received->refusal);
  } else {
    response = co_await answered(shared, *received->request);
    received->request.reset();
  }
  response.headers.insert(shared.common_headers.begin(), shared.common_headers.end());
  terms.framing = framing_of(response, *received);
  bool is_sent = false;
  if (response.stream && !terms.is_head) {
    is_sent = co_await send_stream(connection, std::move(response), terms, shared);
  } else {
    is_sent = co_await send(connection, std::move(response), terms, shared.limits);
  }
  connection.waits = true;
  if (received->refusal) co_return is_sent ? Next::Drain : Next::End;
  co_return is_sent&& terms.keep_alive ? Next::Request : Next::End;
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
  [[nodiscard]] Shared& shared() const { return *shared_; }

 private:
  std::shared_ptr<Shared> shared_;  ///< null: moved away
  Connections::Entry entry_;
};

/// Tells the peer that no more will come. After a refusal, what it still sends is taken in for a moment: a socket
/// closed on unread bytes resets the connection, and the refusal would be lost on its way.
asio::awaitable<void> part(Connection& connection, Next next) {
  connection.finish_within(kLinger);
  connection.say_goodbye();
  co_await success(connection);
  if (next != Next::Drain) co_return;
  connection.finish_within(kLinger);
  connection.drain();
  co_await success(connection);
}

asio::awaitable<void> converse(std::shared_ptr<Connection> connection, Place place) {
  connection->finish_within(place.shared().limits.read_timeout);
  connection->greet();
  const bool has_greeted = co_await success(*connection);
  Next next = has_greeted ? Next::Request : Next::End;
  while (next == Next::Request)
    next = co_await exchange(*connection, place.shared());
  if (has_greeted && !connection->is_closed()) co_await part(*connection, next);
  connection->close();
}

}  // namespace

template <class Socket>
void serve(Socket socket, std::shared_ptr<Shared> shared) {
  const auto executor = socket.get_executor();
  auto connection = std::make_shared<Connection>(std::move(socket), shared->limits);
  if (shared->identity && !connection->use_tls(*shared->identity)) return;
  const auto entry = shared->connections.admit(connection, shared->limits.connections);
  if (!entry) return;
  asio::co_spawn(executor, converse(std::move(connection), Place(std::move(shared), *entry)), asio::detached);
}

template void serve(asio::ip::tcp::socket socket, std::shared_ptr<Shared> shared);

}  // namespace guildhall::http
