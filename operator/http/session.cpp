#include <utility>  // Boost 1.74's awaitable.hpp needs std::exchange and does not say so

#include "operator/http/session.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>

#include "operator/http/request_rules.hpp"

namespace guildhall::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using Parser = bhttp::request_parser<bhttp::string_body>;

auto into(beast::error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return result;
}

std::vector<Field> fields_of(const Parser& parser) {
  std::vector<Field> fields;
  for (const auto& field : parser.get())
    fields.push_back({view(field.name_string()), view(field.value())});
  return fields;
}

Request request_of(const Parser& parser) {
  const auto& message = parser.get();
  const std::string_view target = view(message.target());
  const auto question = target.find('?');
  Request request;
  request.method = view(message.method_string());
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  for (const Field& field : fields_of(parser)) {
    std::string& value = request.headers[lower(field.name)];
    value += (value.empty() ? "" : ", ") + std::string(field.value);
  }
  request.body = message.body();
  return request;
}

/// What to answer to a request that could not be read; unset: nothing, the peer is gone or too slow.
std::optional<Response> refusal_of(const beast::error_code& error) {
  if (error == bhttp::error::header_limit)
    return Response{.status = 431, .body = "the header is too large\n", .headers = {}};
  if (error == bhttp::error::body_limit)
    return Response{.status = 413, .body = "the body is too large\n", .headers = {}};
  if (error == bhttp::error::end_of_stream ||
      error.category() != bhttp::make_error_code(bhttp::error::bad_method).category())
    return std::nullopt;
  return Response{.status = 400, .body = "not a valid HTTP/1.1 request\n", .headers = {}};
}

Response answer(const Shared& shared, const Request& request) {
  try {
    return shared.handler(request);
  } catch (const std::exception&) {
    return {.status = 500, .body = "internal error\n", .headers = {}};
  }
}

bhttp::response<bhttp::string_body> message_of(Response response, const bhttp::request<bhttp::string_body>& request,
                                               bool keep_alive) {
  bhttp::response<bhttp::string_body> message{static_cast<bhttp::status>(response.status), 11};
  message.set(bhttp::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers)
    message.set(name, value);
  message.keep_alive(keep_alive);
  message.body() = std::move(response.body);
  message.prepare_payload();
  if (request.method() == bhttp::verb::head) message.body().clear();
  return message;
}

/// Reads one request and answers it. False: the connection ends.
asio::awaitable<bool> exchange(beast::tcp_stream& stream, beast::flat_buffer& buffer, const Shared& shared) {
  Parser parser;
  parser.header_limit(shared.limits.header_bytes);
  parser.body_limit(shared.limits.body_bytes);
  beast::error_code error;
  stream.expires_after(shared.limits.read_timeout);
  co_await bhttp::async_read(stream, buffer, parser, into(error));
  std::optional<Response> response = error ? refusal_of(error) : std::nullopt;
  if (error && !response) co_return false;
  bool keep_alive = false;
  if (!error) {
    const std::string_view ambiguity = find_ambiguity(parser.get().version(), fields_of(parser));
    keep_alive = ambiguity.empty() && parser.get().keep_alive();
    response = ambiguity.empty() ? answer(shared, request_of(parser))
                                 : Response{.status = 400, .body = std::string(ambiguity) + "\n", .headers = {}};
  }
  const auto message = message_of(std::move(*response), parser.get(), keep_alive);
  stream.expires_after(shared.limits.write_timeout);
  co_await bhttp::async_write(stream, message, into(error));
  co_return !error && keep_alive;
}

}  // namespace

asio::awaitable<void> serve(asio::ip::tcp::socket socket, std::shared_ptr<Shared> shared) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(shared->limits.header_bytes + 4096);
  while (co_await exchange(stream, buffer, *shared)) {
  }
  beast::error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  --shared->connections;
}

}  // namespace guildhall::http
