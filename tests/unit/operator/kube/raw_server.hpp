// A server on loopback that does to a connection what the test says, byte by byte.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace guildhall::kube {

class RawServer {
 public:
  /// One accepted connection; closed when the function that serves it returns.
  class Connection {
   public:
    explicit Connection(int socket) : socket_(socket) {}
    /// The next request, head and body; "" when the client has closed.
    std::string read_request();
    /// The next line without its CRLF; unset when the client has closed before its end.
    std::optional<std::string> read_line();
    /// False when the client has closed.
    bool write(std::string_view bytes);
    /// One chunk of a chunked body.
    bool write_chunk(std::string_view bytes);
    /// The client can see it when this returns.
    void close() const;
    /// Returns when the client has closed.
    void wait_until_closed();
    /// From now on a write() that gets no byte out for so long fails.
    void give_up_writing_after(int milliseconds) const;

   private:
    /// Takes the first request out of what has been read; unset while it is not whole.
    std::optional<std::string> take_request();

    int socket_;
    std::string buffer_;
  };
  using Serve = std::function<void(Connection& connection)>;

  /// Each connection is served on a thread of its own.
  explicit RawServer(Serve serve);
  /// Cuts all connections and waits for their threads.
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void accept_all();

  Serve serve_;
  int listener_;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::vector<int> sockets_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

/// An answer with a body of known length.
std::string http_answer(int status, std::string_view body, std::string_view more_headers = {});
/// The head of an answer whose body comes in chunks.
std::string chunked_head(int status);

}  // namespace guildhall::kube
