// A client on loopback that sends the bytes that a test says, and nothing else.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace guildhall::http {

/// One answer as it came over the wire.
struct RawResponse {
  int status = 0;
  std::string head;  ///< status line and header fields
  std::string body;
};

/// Takes the next answer out of the buffer, by its Content-Length (0 with `head_only`), and calls `read_more` for what
/// is missing; unset when that says false.
std::optional<RawResponse> take_response(std::string& buffer, bool head_only, const std::function<bool()>& read_more);

/// The next head alone.
std::optional<std::string> take_head(std::string& buffer, const std::function<bool()>& read_more);
/// The next chunk of a body in chunks, empty for the last one; unset when the connection ended before it was whole.
std::optional<std::string> take_chunk(std::string& buffer, const std::function<bool()>& read_more);

/// How long a test waits for what has to come.
constexpr std::chrono::seconds kPatience{60};

class RawClient {
 public:
  /// Connects to 127.0.0.1, or to ::1.
  explicit RawClient(std::uint16_t port, bool ipv6 = false);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  [[nodiscard]] bool connected() const { return connected_; }
  /// False when the server has closed.
  bool send(std::string_view bytes);
  /// Nothing more will be sent; answers can still come.
  void end_sending();
  /// The next answer; unset when the connection ended before it was whole.
  std::optional<RawResponse> receive(bool head_only = false);
  std::optional<std::string> receive_head() { return take_head(buffer_, reader()); }
  std::optional<std::string> receive_chunk() { return take_chunk(buffer_, reader()); }
  /// All that still comes.
  std::string receive_rest();
  /// Reads until the server closes. False when it has not within the patience of a test.
  bool is_closed_by_server();
  /// Why reading failed (errno); 0: the server has ended the connection as it should, or has not.
  [[nodiscard]] int error_at_the_end() const { return error_; }
  /// Whether there is something to read, or the end, within `pause`.
  [[nodiscard]] bool has_news_within(std::chrono::milliseconds pause) const;
  [[nodiscard]] int socket() const { return socket_; }

 private:
  bool read_more();
  std::function<bool()> reader() {
    return [this] { return read_more(); };
  }

  int socket_;
  bool connected_;
  int error_ = 0;
  std::string buffer_;
};

/// One request on a connection of its own.
std::optional<RawResponse> ask(std::uint16_t port, std::string_view bytes);

}  // namespace guildhall::http
