#include "operator/http/request_reader.hpp"

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "operator/core/text.hpp"
#include "operator/http/request_rules.hpp"

namespace guildhall::http {
namespace {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using Parser = bhttp::request_parser<bhttp::string_body>;

constexpr std::size_t kReadBytes = 4096;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

std::vector<Field> fields_of(const Parser& parser) {
  std::vector<Field> fields;
  for (const auto& field : parser.get())
    fields.push_back({view(field.name_string()), view(field.value())});
  return fields;
}

/// Without its body.
Request request_of(const Parser& parser) {
  const auto& message = parser.get();
  const std::string_view target = view(message.target());
  const auto question = target.find('?');
  Request request;
  request.method = view(message.method_string());
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  for (const Field& field : fields_of(parser)) {
    const auto [place, is_new] = request.headers.try_emplace(core::lower_case(field.name), field.value);
    if (!is_new) place->second += ", " + std::string(field.value);
    request.fields.emplace(place->first, field.value);
  }
  return request;
}

/// Once the header is there.
Received begun_by(const Parser& parser) {
  Received received;
  // A client of HTTP/1.0 would have to be told that the connection stays; none needs it.
  received.takes_chunks = parser.get().version() >= 11;
  received.keep_alive = parser.get().keep_alive() && received.takes_chunks;
  received.request = request_of(parser);
  return received;
}

Received refuse(int status, std::string_view why) {
  Received received;
  received.refusal = Response{.status = status, .body = std::string(why) + "\n", .headers = {}};
  return received;
}

Received refusal_of(const beast::error_code& error) {
  if (error == bhttp::error::header_limit) return refuse(431, "the header is too large");
  if (error == bhttp::error::body_limit) return refuse(413, "the body is too large");
  return refuse(400, "not a valid HTTP/1.1 request");
}

}  // namespace

struct RequestReader::Inner {
  explicit Inner(const Limits& all) : limits(all) { restart(); }

  Limits limits;
  beast::flat_buffer buffer{limits.header_bytes + kReadBytes};
  std::optional<Parser> parser;
  FoldDetector folds;
  std::size_t header_bytes = 0;  ///< that the parser has taken
  std::string_view ambiguity;
  /// As the header has it. Beast adds what stands behind a body in chunks (trailers) to the fields; it passed no rule,
  /// and whoever stands before us has not looked at it (RFC 9110, section 6.5.1).
  Received begun;

  void restart();
  [[nodiscard]] bool can_parse() const;
  beast::error_code parse_once();
  beast::error_code parse();
  void take_header(std::size_t bytes);
  [[nodiscard]] bool is_header_too_large() const;
  [[nodiscard]] std::uint64_t longest_body() const;
  beast::error_code limit_body();
};

void RequestReader::Inner::restart() {
  parser.emplace();
  parser->header_limit(limits.header_bytes);
  // The parser holds a body's length against it while it reads the header, which names the path.
  parser->body_limit(std::max(limits.body_bytes, limits.most_body_bytes));
  folds = {};
  header_bytes = 0;
}

std::uint64_t RequestReader::Inner::longest_body() const {
  const std::string_view target = view(parser->get().target());
  return limits.body_bytes_of ? limits.body_bytes_of(target.substr(0, target.find('?'))) : limits.body_bytes;
}

/// Once the header is there.
beast::error_code RequestReader::Inner::limit_body() {
  const std::uint64_t most = longest_body();
  parser->body_limit(most);
  const auto length = parser->content_length();
  return length && *length > most ? bhttp::error::body_limit : beast::error_code{};
}

/// Beast hides a folded line.
void RequestReader::Inner::take_header(std::size_t bytes) {
  folds.feed({static_cast<const char*>(buffer.data().data()), bytes});
  header_bytes += bytes;
  if (!parser->is_header_done()) return;
  ambiguity = find_ambiguity(parser->get().version(), fields_of(*parser), folds.found());
  begun = begun_by(*parser);
}

/// Beast's own limit is for what it takes at once, and it takes each field that is there.
bool RequestReader::Inner::is_header_too_large() const {
  const std::size_t waiting = parser->is_header_done() ? 0 : buffer.size();
  return header_bytes + waiting > limits.header_bytes;
}

beast::error_code RequestReader::Inner::parse_once() {
  beast::error_code error;
  const bool in_header = !parser->is_header_done();
  const std::size_t used = parser->put(buffer.data(), error);
  if (in_header) take_header(used);
  buffer.consume(used);
  const bool goes_on = !error || error == bhttp::error::need_more;
  if (goes_on && in_header && is_header_too_large()) return bhttp::error::header_limit;
  if (!error && in_header && parser->is_header_done()) error = limit_body();
  if (error == bhttp::error::need_more && buffer.size() == buffer.max_size()) return bhttp::error::buffer_overflow;
  return error;
}

/// A body in chunks lacks five bytes at least, "0" and two ends of lines, until it is whole. Beast 1.74 asserts that
/// they have come once it has read the "0".
bool RequestReader::Inner::can_parse() const {
  constexpr std::size_t kLastChunk = 5;
  const bool in_chunks = parser->is_header_done() && parser->chunked();
  return !parser->is_done() && buffer.size() >= (in_chunks ? kLastChunk : 1);
}

/// Takes from the buffer what the parser can take. What could be read in two ways is told by its header, before the
/// body: whose length would be one of the two readings.
beast::error_code RequestReader::Inner::parse() {
  beast::error_code error;
  while (!error && ambiguity.empty() && can_parse())
    error = parse_once();
  return error == bhttp::error::need_more ? beast::error_code{} : error;
}

RequestReader::RequestReader(const Limits& limits) : inner_(std::make_unique<Inner>(limits)) {}

RequestReader::~RequestReader() = default;

std::optional<Received> RequestReader::next() {
  const beast::error_code error = inner_->parse();
  if (!inner_->ambiguity.empty()) return refuse(400, inner_->ambiguity);
  if (error) return refusal_of(error);
  if (!inner_->parser->is_done()) return std::nullopt;
  Received received = std::move(inner_->begun);
  received.request->body = std::move(inner_->parser->get().body());
  inner_->restart();
  return received;
}

std::span<char> RequestReader::room() {
  const auto& buffer = inner_->buffer;
  const auto room = inner_->buffer.prepare(std::min(kReadBytes, buffer.max_size() - buffer.size()));
  return {static_cast<char*>(room.data()), room.size()};
}

void RequestReader::take(std::size_t bytes) {
  inner_->buffer.commit(bytes);
}

std::optional<Received> RequestReader::end() {
  if (!inner_->parser->got_some()) return std::nullopt;
  return refusal_of(bhttp::error::partial_message);
}

}  // namespace guildhall::http
