#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/http/body_writer.hpp"

namespace guildhall::http {

struct Request {
  std::string method;
  std::string path;                            ///< without the query
  std::string query;                           ///< behind '?', as it came
  std::map<std::string, std::string> headers;  ///< names in lower case; a repeated one joined by ", "
  /// The same fields, each as it came; those of one name in their order.
  std::multimap<std::string, std::string> fields = {};  // NOLINT(readability-redundant-member-init): not for GCC
  std::string body;
  std::string peer;  ///< address of whom the connection is with; an IPv4 one as such; empty: it is gone already
  /// Of the client's certificate, when it is verified (ServerIdentity::replace_client_authorities); never empty.
  std::optional<std::string> client_common_name = std::nullopt;
};

/// What the field says each time that it is there, its name in lower case.
std::vector<std::string> values_of(const Request& request, const std::string& name);

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::map<std::string, std::string> headers;
  /// Set: writes the body, instead of the one above, once the head is on its way; not for HEAD. It may run for long,
  /// and holds no worker. While it does, the end of what the peer sends, too, is the end of the connection.
  BodyProducer stream = nullptr;
};

/// Answers one request. Called from the server's workers, each of which it may hold for a while. An exception becomes
/// 500.
using Handler = std::function<Response(const Request& request)>;

struct Limits {
  std::uint32_t header_bytes = 16 * 1024;  ///< over it: 431
  std::uint64_t body_bytes = 1U << 20U;    ///< over it: 413
  /// Likewise, for that path; unset: body_bytes for every one.
  std::function<std::uint64_t(std::string_view path)> body_bytes_of = nullptr;
  std::uint64_t most_body_bytes = 0;  ///< the most that body_bytes_of gives
  std::size_t connections = 256;  ///< at once, beside those that stream; for one more the oldest that waits is closed
  std::size_t streams = 32;       ///< at once, each with a thread; for one more: set_too_many_streams()
  std::chrono::milliseconds read_timeout{30'000};   ///< for a handshake; for one whole request, and the pause before it
  std::chrono::milliseconds write_timeout{10'000};  ///< for a whole answer; of a stream, until the peer reads more
};

class ServerIdentity;

/// An HTTP/1.1 server, over TLS when it has an identity: while that is empty, connections are closed at once. Refuses
/// what two readers could read in two ways (RFC 9112, sections 3.2, 6.3): no Host, folded headers, two lengths, a
/// length beside an encoding, any encoding but chunked.
class Server {
 public:
  /// `workers`: handlers that run at the same time. One thread more does all else, so that whoever waits for a worker
  /// holds up no reading, no limit of time and no greeting.
  Server(std::string listen, Handler handler, Limits limits = {}, int workers = 1,
         std::shared_ptr<const ServerIdentity> identity = nullptr);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();  ///< stop()

  /// Fields of every answer, of refusals before the handler too; the handler's own go before them. Before start().
  void set_common_headers(std::map<std::string, std::string> headers);
  /// Is answered to who would have a stream when there are as many as may be; at first 503, to try again after a
  /// second. Before start().
  void set_too_many_streams(Response response);
  /// Begins to listen; once. Returns the port. Errors: Invalid (address), Unavailable (in use, or not ours), naming the
  /// address.
  core::Result<std::uint16_t> start();
  /// Asks the streams to stop, waits for them and for the handlers that run, then closes the port and every connection,
  /// whatever their peers do. Not from a handler or a stream.
  void stop();

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace guildhall::http
