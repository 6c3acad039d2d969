#include <utility>  // Boost 1.74's awaitable.hpp needs std::exchange and does not say so

#include "operator/http/request_reader.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "operator/http/request_rules.hpp"

namespace guildhall::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using Parser = bhttp::request_parser<bhttp::string_body>;

constexpr std::size_t kReadBytes = 4096;

auto into(beast::error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
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
    const auto [place, is_new] = request.headers.try_emplace(lower_case(field.name), field.value);
    if (!is_new) place->second += ", " + std::string(field.value);
  }
  request.body = message.body();
  return request;
}

Response refusal(int status, std::string_view why) {
  return {.status = status, .body = std::string(why) + "\n", .headers = {}};
}

/// What to answer to a request that could not be read; unset: nothing, the peer is gone or too slow.
std::optional<Response> refusal_of(const beast::error_code& error) {
  if (error == bhttp::error::header_limit) return refusal(431, "the header is too large");
  if (error == bhttp::error::body_limit) return refusal(413, "the body is too large");
  const bool is_malformed = error.category() == make_error_code(bhttp::error::bad_method).category();
  if (!is_malformed || error == bhttp::error::end_of_stream) return std::nullopt;
  return refusal(400, "not a valid HTTP/1.1 request");
}

beast::error_code end_of(const beast::error_code& error, bool in_the_middle) {
  if (error != asio::error::eof) return error;
  return in_the_middle ? bhttp::error::partial_message : bhttp::error::end_of_stream;
}

/// Reads the header by hand: Beast's own loop hides a folded line, and its header limit counts anew with every read, so
/// that a peer that sends one field at a time could go on for ever.
asio::awaitable<beast::error_code> read_header(beast::tcp_stream& stream, beast::flat_buffer& buffer, Parser& parser,
                                               FoldDetector& folds, std::size_t limit) {
  beast::error_code error;
  std::size_t taken = 0;
  while (true) {
    const std::size_t used = buffer.size() == 0 ? 0 : parser.put(buffer.data(), error);
    folds.feed({static_cast<const char*>(buffer.data().data()), used});
    buffer.consume(used);
    taken += used;
    if (error && error != bhttp::error::need_more) co_return error;
    if (taken > limit) co_return bhttp::error::header_limit;
    if (parser.is_header_done()) co_return beast::error_code{};
    const std::size_t bytes = co_await stream.async_read_some(buffer.prepare(kReadBytes), into(error));
    if (error) co_return end_of(error, parser.got_some());
    buffer.commit(bytes);
  }
}

}  // namespace

asio::awaitable<Received> receive(beast::tcp_stream& stream, beast::flat_buffer& buffer, const Limits& limits) {
  Parser parser;
  parser.header_limit(limits.header_bytes);
  parser.body_limit(limits.body_bytes);
  Received received;
  FoldDetector folds;
  stream.expires_after(limits.read_timeout);
  beast::error_code error = co_await read_header(stream, buffer, parser, folds, limits.header_bytes);
  if (!error) {
    const std::string_view ambiguity = find_ambiguity(parser.get().version(), fields_of(parser), folds.found());
    if (!ambiguity.empty()) {
      received.refusal = refusal(400, ambiguity);
      co_return received;
    }
    if (!parser.is_done()) co_await bhttp::async_read(stream, buffer, parser, into(error));
  }
  if (error) {
    received.refusal = refusal_of(error);
    co_return received;
  }
  // A client of HTTP/1.0 would have to be told that the connection stays; none needs it.
  received.keep_alive = parser.get().keep_alive() && parser.get().version() >= 11;
  received.request = request_of(parser);
  co_return received;
}

}  // namespace guildhall::http
