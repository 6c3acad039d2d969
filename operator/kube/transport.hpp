#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::kube {

/// One request to the API server. The transport adds credentials and Host.
struct HttpRequest {
  std::string method;  ///< GET, POST, PATCH, PUT, DELETE
  std::string target;  ///< path and query, percent-encoded: "/api/v1/namespaces/acme/secrets?limit=500"
  std::string accept = "application/json";
  std::string content_type;  ///< empty: no body
  std::string body;
  std::chrono::milliseconds timeout{30'000};  ///< for the whole exchange; of a stream: until the header has come
  std::function<void()> on_open = nullptr;    ///< of a stream: called when the header of a 2xx has come; or empty
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< of a stream: only what a refusal said
  bool credentials_renewed = false;  ///< a 401 after which the transport has other credentials: worth another attempt
};

/// Takes one line of a stream without its line feed. Returns false to end the stream.
using LineHandler = std::function<bool(std::string_view line)>;

/// The seam between the client and the network; faults come in here in unit tests. In the product cpprestsdk stands
/// behind it, and for what somebody waits for Boost.Beast (prompt_transport.hpp). Thread-safe: many calls may be under
/// way. Errors: Unavailable (connection), Timeout, Canceled (stop requested), Unauthorized (no credentials could be
/// had). An HTTP status is never an error here.
class HttpTransport {
 public:
  HttpTransport() = default;
  HttpTransport(const HttpTransport&) = delete;
  HttpTransport& operator=(const HttpTransport&) = delete;
  virtual ~HttpTransport() = default;

  virtual core::Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop) = 0;

  /// Hands every line to `on_line` as it arrives, until the server ends the stream, `on_line` returns false (both: the
  /// response with its status), or nothing at all arrived for `silence` (Timeout). A status other than 2xx is returned
  /// with its body and no line.
  virtual core::Result<HttpResponse> stream(const HttpRequest& request, std::chrono::milliseconds silence,
                                            const LineHandler& on_line, const std::stop_token& stop) = 0;

  /// The API server's "host:port": the label in metrics.
  [[nodiscard]] virtual std::string host() const { return {}; }
};

}  // namespace guildhall::kube
