#include <utility>  // Boost 1.74's awaitable.hpp needs std::exchange and does not say so

#include "operator/http/session.hpp"

#include <openssl/ssl.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <span>

#include "operator/http/date.hpp"
#include "operator/http/request_reader.hpp"

namespace guildhall::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Message = bhttp::response<bhttp::string_body>;
using TlsStream = asio::ssl::stream<beast::tcp_stream&>;

namespace {

/// A socket that takes both families shows an IPv4 peer as an IPv6 address (RFC 4291, section 2.5.5.2).
std::string peer_of(const tcp::socket& socket) {
  error_code error;
  const asio::ip::address address = socket.remote_endpoint(error).address();
  if (error) return {};
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

struct Connection final : OpenConnection {
  explicit Connection(tcp::socket&& socket) : peer(peer_of(socket)), stream(std::move(socket)) {}
  void end(std::shared_ptr<OpenConnection> self) override {
    asio::post(stream.get_executor(), [this, self = std::move(self)] { stream.close(); });
  }

  std::string peer;
  beast::tcp_stream stream;      ///< its timer holds under TLS too
  std::optional<TlsStream> tls;  ///< set: all is said through it
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

Message message_of(Response response, bool keep_alive, bool is_head) {
  Message message{static_cast<bhttp::status>(response.status), 11};
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  message.set(bhttp::field::date, http_date(now));  // RFC 9110, section 6.6.1
  message.set(bhttp::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers)
    message.set(name, value);
  message.keep_alive(keep_alive);
  message.body() = std::move(response.body);
  message.prepare_payload();
  if (is_head) message.body().clear();
  return message;
}

/// With the context as it is now; it lives as long as the stream.
void begin_tls(Connection& connection, SSL_CTX* context) {
  SSL_CTX_up_ref(context);
  asio::ssl::context owner(context);  // gives back the one that was just taken
  connection.tls.emplace(connection.stream, owner);
}

/// False: the peer did not finish the handshake, or not in time.
asio::awaitable<bool> greet(Connection& connection, const Limits& limits) {
  if (!connection.tls) co_return true;
  error_code error;
  connection.stream.expires_after(limits.read_timeout);
  co_await connection.tls->async_handshake(TlsStream::server, into(error));
  co_return !error;
}

asio::awaitable<bool> send(Connection& connection, const Message& message, const Limits& limits) {
  error_code error;
  connection.stream.expires_after(limits.write_timeout);
  if (connection.tls) {
    co_await bhttp::async_write(*connection.tls, message, into(error));
  } else {
    co_await bhttp::async_write(connection.stream, message, into(error));
  }
  co_return !error;
}

asio::awaitable<std::size_t> read_some(Connection& connection, asio::mutable_buffer room, error_code& error) {
  if (connection.tls) co_return co_await connection.tls->async_read_some(room, into(error));
  co_return co_await connection.stream.async_read_some(room, into(error));
}

/// Tells the peer that no more will come; under TLS it has a moment to say the same.
asio::awaitable<void> end_sending(Connection& connection) {
  error_code ignored;
  if (connection.tls) {
    connection.stream.expires_after(kLinger);
    co_await connection.tls->async_shutdown(into(ignored));
  }
  connection.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

/// Takes in for a moment what the peer still sends: a socket closed on unread bytes resets the connection, and the
/// refusal would be lost on its way.
asio::awaitable<void> drain(beast::tcp_stream& stream) {
  error_code error;
  stream.expires_after(kLinger);
  std::array<char, 4096> bytes;
  std::size_t taken = 0;
  while (!error && taken < kLingerBytes)
    taken += co_await stream.async_read_some(asio::buffer(bytes), into(error));
}

/// Unset: the peer is gone or too slow.
asio::awaitable<std::optional<Received>> receive(Connection& connection, RequestReader& reader, const Limits& limits) {
  connection.stream.expires_after(limits.read_timeout);
  while (true) {
    if (auto received = reader.next()) co_return received;
    const std::span<char> room = reader.room();
    error_code error;
    const std::size_t bytes = co_await read_some(connection, asio::buffer(room.data(), room.size()), error);
    if (error == asio::error::eof) co_return reader.end();
    if (error) co_return std::nullopt;
    reader.take(bytes);
  }
}

enum class Next { Request, End, Drain };

/// Reads one request and answers it.
asio::awaitable<Next> exchange(Connection& connection, RequestReader& reader, const Shared& shared) {
  std::optional<Received> received = co_await receive(connection, reader, shared.limits);
  // Told to end in the very moment in which the request was complete: it is not answered half.
  if (!received || !connection.waits.exchange(false)) co_return Next::End;
  const bool is_head = received->request && received->request->method == "HEAD";
  if (received->request) received->request->peer = connection.peer;
  Response response;  // GCC 12 destroys too early what a co_await within a ?: gives
  if (received->refusal) {
    response = std::move(*received->refusal);
  } else {
    response = co_await answered(shared, *received->request);
  }
  response.headers.insert(shared.common_headers.begin(), shared.common_headers.end());
  const Message message = message_of(std::move(response), received->keep_alive, is_head);
  const bool sent = co_await send(connection, message, shared.limits);
  connection.waits = true;
  if (received->refusal) co_return sent ? Next::Drain : Next::End;
  co_return sent && received->keep_alive ? Next::Request : Next::End;
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

asio::awaitable<void> converse(std::shared_ptr<Connection> connection, Place place) {
  if (!co_await greet(*connection, place.shared().limits)) co_return;
  RequestReader reader(place.shared().limits);
  Next next = Next::Request;
  while (next == Next::Request)
    next = co_await exchange(*connection, reader, place.shared());
  co_await end_sending(*connection);
  if (next == Next::Drain) co_await drain(connection->stream);
}

}  // namespace

template <class Socket>
void serve(Socket socket, std::shared_ptr<Shared> shared) {
  const auto executor = socket.get_executor();
  auto connection = std::make_shared<Connection>(std::move(socket));
  if (shared->identity) {
    const auto context = shared->identity->context();
    if (!context) return;
    begin_tls(*connection, context.get());
  }
  const auto entry = shared->connections.admit(connection, shared->limits.connections);
  if (!entry) return;
  asio::co_spawn(executor, converse(std::move(connection), Place(std::move(shared), *entry)), asio::detached);
}

template void serve(tcp::socket socket, std::shared_ptr<Shared> shared);

}  // namespace guildhall::http
