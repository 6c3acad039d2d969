#include "tests/cluster/http_get.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <random>
#include <stdexcept>

namespace guildhall::tests::cluster {
namespace {

// Below the range from which the kernel hands out ports, so that no outgoing connection takes one before it is used.
constexpr std::uint16_t kFirstPort = 20000;
constexpr std::uint16_t kLastPort = 31999;
constexpr std::uint16_t kLastLastingPort = 32767;

constexpr std::size_t kStatusAt = std::string_view("HTTP/1.1 ").size();

class Socket {
 public:
  Socket() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket(Socket&&) = delete;
  Socket& operator=(Socket&&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// What the sockets API wants to see instead of the address type that it was given.
const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

std::string exchange(const Socket& socket, const std::string& request) {
  std::string received;
  if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    return received;
  }
  std::array<char, 16384> buffer{};
  for (ssize_t got = 0; (got = ::recv(socket.get(), buffer.data(), buffer.size(), 0)) > 0;) {
    received.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return received;
}

int status_of(std::string_view answer) {
  int status = 0;
  if (answer.size() > kStatusAt + 3) {
    std::from_chars(answer.data() + kStatusAt, answer.data() + kStatusAt + 3, status);
  }
  return status;
}

}  // namespace

HttpAnswer http_get(std::uint16_t port, std::string_view path) {
  return http_send(port, "GET", path, {});
}

HttpAnswer http_send(std::uint16_t port, std::string_view method, std::string_view path, std::string_view body) {
  const bool has_body = !body.empty();
  return http_send_with(port, method, path, has_body ? "Content-Type: application/json\r\n" : "", body);
}

HttpAnswer http_send_with(std::uint16_t port, std::string_view method, std::string_view path, std::string_view fields,
                          std::string_view body) {
  const Socket socket;
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto address = loopback(port);
  if (::connect(socket.get(), generic(address), sizeof address) != 0) {
    return {};
  }
  // HTTP/1.0: the answer ends with the connection and is never chunked.
  std::string request(method);
  request.append(" ").append(path).append(" HTTP/1.0\r\nHost: 127.0.0.1\r\n").append(fields);
  if (!body.empty()) {
    request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  const auto answer = exchange(socket, request.append("\r\n").append(body));
  const auto head = answer.find("\r\n\r\n");
  return {.status = status_of(answer), .body = head == std::string::npos ? std::string() : answer.substr(head + 4)};
}

namespace {

std::uint16_t free_port_between(std::uint16_t first, std::uint16_t last) {
  std::random_device random;
  std::uniform_int_distribution<std::uint16_t> ports(first, last);
  for (int tries = 0; tries < 100; ++tries) {
    const Socket socket;
    const auto address = loopback(ports(random));
    if (::bind(socket.get(), generic(address), sizeof address) == 0) {
      return ntohs(address.sin_port);
    }
  }
  throw std::runtime_error("no free port");
}

}  // namespace

std::uint16_t free_port() {
  return free_port_between(kFirstPort, kLastPort);
}

std::uint16_t lasting_port() {
  return free_port_between(kLastPort + 1, kLastLastingPort);
}

}  // namespace guildhall::tests::cluster
