#include "tests/unit/operator/kube/raw_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <stdexcept>

namespace guildhall::kube {

namespace {

std::size_t content_length_of(const std::string& head) {
  constexpr std::string_view kName = "Content-Length:";
  const auto at = head.find(kName);
  std::size_t length = 0;
  if (at == std::string::npos) return length;
  const auto digits = head.find_first_not_of(' ', at + kName.size());
  std::from_chars(head.data() + digits, head.data() + head.size(), length);
  return length;
}

}  // namespace

std::optional<std::string> RawServer::Connection::take_request() {
  const auto end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  const std::size_t size = end + 4 + content_length_of(buffer_.substr(0, end));
  if (buffer_.size() < size) return std::nullopt;
  std::string request = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return request;
}

std::string RawServer::Connection::read_request() {
  std::array<char, 4096> bytes{};
  while (true) {
    if (auto request = take_request()) return *std::move(request);
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return {};
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

std::optional<std::string> RawServer::Connection::read_line() {
  std::array<char, 4096> bytes{};
  while (true) {
    if (const auto end = buffer_.find("\r\n"); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 2);
      return line;
    }
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return std::nullopt;
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

bool RawServer::Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawServer::Connection::write_chunk(std::string_view bytes) {
  return write(fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes));
}

void RawServer::Connection::close() const {
  ::shutdown(socket_, SHUT_RDWR);
}

void RawServer::Connection::wait_until_closed() {
  std::array<char, 4096> bytes{};
  while (::recv(socket_, bytes.data(), bytes.size(), 0) > 0) {
  }
}

void RawServer::Connection::give_up_writing_after(int milliseconds) const {
  const timeval limit{.tv_sec = 0, .tv_usec = milliseconds * 1000L};
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

RawServer::RawServer(Serve serve)
    : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, generic, &size) != 0)
    throw std::runtime_error("cannot listen");
  port_ = ::ntohs(address.sin_port);
  acceptor_ = std::jthread([this] { accept_all(); });
}

RawServer::~RawServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int socket : sockets_)
      ::shutdown(socket, SHUT_RDWR);
  }
  threads_.clear();
  for (const int socket : sockets_)
    ::close(socket);
  ::close(listener_);
}

std::string RawServer::url() const {
  return fmt::format("http://127.0.0.1:{}", port_);
}

void RawServer::accept_all() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ++connections_;
    const std::scoped_lock lock(mutex_);
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] {
      Connection connection(socket);
      serve_(connection);
      ::shutdown(socket, SHUT_RDWR);
    });
  }
}

std::string http_answer(int status, std::string_view body, std::string_view more_headers) {
  return fmt::format("HTTP/1.1 {} x\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), more_headers, body);
}

std::string chunked_head(int status) {
  return fmt::format("HTTP/1.1 {} x\r\nTransfer-Encoding: chunked\r\n\r\n", status);
}

}  // namespace guildhall::kube
