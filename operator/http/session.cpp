#include <utility>  // Boost 1.74's awaitable.hpp needs std::exchange and does not say so

#include "operator/http/session.hpp"

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "operator/http/request_reader.hpp"

namespace guildhall::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using Message = bhttp::response<bhttp::string_body>;

constexpr std::chrono::seconds kLinger{1};
constexpr std::size_t kLingerBytes = 1024UL * 1024;

auto into(beast::error_code& error) {
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
  beast::error_code error;
  stream.expires_after(limits.write_timeout);
  co_await bhttp::async_write(stream, message, into(error));
  co_return !error;
}

/// Takes in for a moment what the peer still sends: a socket closed on unread bytes resets the connection, and the
/// refusal would be lost on its way.
asio::awaitable<void> linger(beast::tcp_stream& stream) {
  beast::error_code error;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  stream.expires_after(kLinger);
  std::array<char, 4096> bytes;
  std::size_t taken = 0;
  while (!error && taken < kLingerBytes)
    taken += co_await stream.async_read_some(asio::buffer(bytes), into(error));
}

/// Reads one request and answers it. False: the connection ends.
asio::awaitable<bool> exchange(beast::tcp_stream& stream, beast::flat_buffer& buffer, const Shared& shared) {
  Received received = co_await receive(stream, buffer, shared.limits);
  if (received.refusal) {
    const Message message = message_of(std::move(*received.refusal), false, false);
    if (co_await send(stream, message, shared.limits)) co_await linger(stream);
    co_return false;
  }
  if (!received.request) co_return false;
  const Message message =
      message_of(answer(shared.handler, *received.request), received.keep_alive, received.request->method == "HEAD");
  const bool sent = co_await send(stream, message, shared.limits);
  co_return sent&& received.keep_alive;
}

/// Gives the place of a connection back, however it ends.
class Place {
 public:
  explicit Place(Shared& shared) : shared_(shared) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { --shared_.connections; }

 private:
  Shared& shared_;
};

}  // namespace

asio::awaitable<void> serve(asio::ip::tcp::socket socket, std::shared_ptr<Shared> shared) {
  const Place place(*shared);
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(shared->limits.header_bytes + 4096UL);
  bool goes_on = true;
  while (goes_on)
    goes_on = co_await exchange(stream, buffer, *shared);
  beast::error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace guildhall::http
