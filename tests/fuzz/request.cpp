// What comes over a connection to our servers. An input says in its first line in which pieces it comes (read_stream).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "operator/http/request_reader.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

namespace guildhall::tests::fuzz {

namespace {

using http::Received;
using http::Request;
using http::RequestReader;

/// Such that short inputs reach them.
http::Limits small_limits() {
  return {.header_bytes = 256,
          .body_bytes = 64,
          .body_bytes_of = [](std::string_view path) { return path == "/large" ? 128U : 64U; },
          .most_body_bytes = 128};
}

/// All that is told of a request, for comparing; of a refusal that it is one. Which of several reasons it has depends
/// on how much has come: a header that is too large and malformed is the one or the other.
std::string describe(const Received& received) {
  if (received.refusal) return "refused";
  const Request& request = received.request.value();
  std::string text = fmt::format("{} {} ? {} keep {} chunks {}\n", request.method, request.path, request.query,
                                 received.keep_alive, received.takes_chunks);
  for (const auto& [name, value] : request.fields)
    text += fmt::format("{}: {}\n", name, value);
  return text + request.body;
}

void check_field(const Request& request, const std::string& name, const std::string& value) {
  require(!name.empty() && name.find_first_of(" \t:\r\n") == std::string::npos, "a field has one name");
  require(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos, "a field is one line");
  require(request.headers.at(name).contains(value), "a field is a header");
}

/// What would be read in another way by somebody else (RFC 9112, section 6.3).
void check_framing(const Received& received) {
  const Request& request = *received.request;
  const auto hosts = request.fields.count("host");
  require(hosts == 1 || (hosts == 0 && !received.takes_chunks), "a request names one host");
  const auto lengths = http::values_of(request, "content-length");
  const auto encodings = http::values_of(request, "transfer-encoding");
  require(lengths.size() + encodings.size() <= 1, "a body has one end");
  require(lengths.empty() || std::stoull(lengths.front()) == request.body.size(), "a body is as long as is said");
  require(!lengths.empty() || !encodings.empty() || request.body.empty(), "a body is announced");
}

void check_request_read(const Received& received) {
  const Request& request = *received.request;
  require(!request.method.empty() && !request.path.contains('?'), "a request has a method, and a path without query");
  for (const auto& [name, value] : request.fields)
    check_field(request, name, value);
  check_framing(received);
  require(request.body.size() <= (request.path == "/large" ? 128U : 64U), "a body is within its limit");
}

/// Puts what has room, which goes from the piece.
void put(RequestReader& reader, std::string_view& piece) {
  const auto room = reader.room();
  require(!room.empty(), "whoever asks for more has room for it");
  const std::size_t bytes = std::min(room.size(), piece.size());
  std::memcpy(room.data(), piece.data(), bytes);
  reader.take(bytes);
  piece.remove_prefix(bytes);
}

/// What a connection came to: every request in its order, or the refusal, behind which nothing is read.
class Conversation {
 public:
  /// False: no more is read.
  bool hear(std::string_view piece) {
    while (!piece.empty()) {
      put(reader_, piece);
      if (!take_all()) return false;
    }
    return true;
  }

  std::vector<std::string> end() {
    if (const auto left = reader_.end()) said_.push_back(describe(*left));
    return said_;
  }
  [[nodiscard]] const std::vector<std::string>& said() const { return said_; }

 private:
  bool take_all() {
    while (const auto received = reader_.next()) {
      require(received->request.has_value() != received->refusal.has_value(), "a request is taken or refused");
      said_.push_back(describe(*received));
      if (received->refusal) return false;
      check_request_read(*received);
      if (!received->keep_alive) return false;
    }
    return true;
  }

  RequestReader reader_{small_limits()};
  std::vector<std::string> said_;
};

std::vector<std::string> converse(const std::vector<std::string_view>& pieces) {
  Conversation conversation;
  for (const std::string_view piece : pieces) {
    if (!conversation.hear(piece)) return conversation.said();
  }
  return conversation.end();
}

}  // namespace

void check_request(std::string_view input) {
  const Stream stream = read_stream(input);
  const auto at_once = converse({stream.whole});
  const auto in_pieces = converse(stream.pieces);
  if (at_once != in_pieces)
    require(false, fmt::format("it is all one in which pieces a request comes: {} / {}", at_once, in_pieces));
}

}  // namespace guildhall::tests::fuzz
