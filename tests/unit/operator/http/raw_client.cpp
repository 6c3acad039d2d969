#include "tests/unit/operator/http/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "operator/core/text.hpp"

namespace guildhall::http {
namespace {

int connect_to(int socket, std::uint16_t port, bool ipv6) {
  // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): the sockets API
  if (ipv6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    address.sin6_port = htons(port);
    return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
}

std::size_t content_length(const std::string& head) {
  constexpr std::string_view kName = "\r\ncontent-length: ";
  const auto place = core::lower_case(head).find(kName);
  return place == std::string::npos ? 0 : std::strtoul(head.c_str() + place + kName.size(), nullptr, 10);
}

}  // namespace

RawClient::RawClient(std::uint16_t port, bool ipv6)
    : socket_(::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      connected_(connect_to(socket_, port, ipv6) == 0) {}

RawClient::~RawClient() {
  ::close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::end_sending() {
  ::shutdown(socket_, SHUT_WR);
}

bool RawClient::has_news_within(std::chrono::milliseconds pause) const {
  pollfd wanted{.fd = socket_, .events = POLLIN, .revents = 0};
  return ::poll(&wanted, 1, static_cast<int>(pause.count())) > 0;
}

bool RawClient::read_more() {
  if (!has_news_within(kPatience)) return false;
  std::array<char, 64UL * 1024> bytes;
  const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
  error_ = count < 0 ? errno : 0;
  if (count <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

namespace {

/// So many bytes from the front.
std::optional<std::string> take(std::string& buffer, std::size_t count, const std::function<bool()>& read_more) {
  while (buffer.size() < count) {
    if (!read_more()) return std::nullopt;
  }
  std::string taken = buffer.substr(0, count);
  buffer.erase(0, count);
  return taken;
}

/// All up to this, and this.
std::optional<std::string> take_up_to(std::string& buffer, std::string_view end,
                                      const std::function<bool()>& read_more) {
  while (buffer.find(end) == std::string::npos) {
    if (!read_more()) return std::nullopt;
  }
  return take(buffer, buffer.find(end) + end.size(), read_more);
}

}  // namespace

std::optional<std::string> take_head(std::string& buffer, const std::function<bool()>& read_more) {
  return take_up_to(buffer, "\r\n\r\n", read_more);
}

std::optional<std::string> take_chunk(std::string& buffer, const std::function<bool()>& read_more) {
  constexpr std::size_t kLineEnd = 2;
  const auto size = take_up_to(buffer, "\r\n", read_more);
  if (!size) return std::nullopt;
  auto chunk = take(buffer, std::strtoul(size->c_str(), nullptr, 16) + kLineEnd, read_more);
  if (!chunk || !chunk->ends_with("\r\n")) return std::nullopt;
  chunk->resize(chunk->size() - kLineEnd);
  return chunk;
}

std::optional<RawResponse> take_response(std::string& buffer, bool head_only, const std::function<bool()>& read_more) {
  auto head = take_head(buffer, read_more);
  if (!head) return std::nullopt;
  RawResponse response;
  response.head = std::move(*head);
  auto body = take(buffer, head_only ? 0 : content_length(response.head), read_more);
  if (!body) return std::nullopt;
  response.body = std::move(*body);
  response.status = std::atoi(response.head.substr(response.head.find(' ') + 1).c_str());
  return response;
}

std::optional<RawResponse> RawClient::receive(bool head_only) {
  return take_response(buffer_, head_only, reader());
}

std::string RawClient::receive_rest() {
  while (read_more()) {
  }
  return std::exchange(buffer_, {});
}

bool RawClient::is_closed_by_server() {
  while (has_news_within(kPatience)) {
    std::array<char, 4096> bytes;
    if (::recv(socket_, bytes.data(), bytes.size(), 0) <= 0) return true;
  }
  return false;
}

std::optional<RawResponse> ask(std::uint16_t port, std::string_view bytes) {
  RawClient client(port);
  client.send(bytes);
  return client.receive();
}

}  // namespace guildhall::http
