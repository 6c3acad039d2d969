// What tests of streamed answers share: a server that streams, plain or over TLS, and clients of it.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "operator/http/server.hpp"
#include "tests/unit/operator/http/tls_client.hpp"

namespace guildhall::http {

inline constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

inline std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

inline Response streamed(BodyProducer producer) {
  return {.content_type = "text/csv", .body = {}, .headers = {}, .stream = std::move(producer)};
}

/// Something that comes to pass once.
class Event {
 public:
  void happen() {
    const std::scoped_lock lock(mutex_);
    has_happened_ = true;
    changed_.notify_all();  // under the lock: whoever waits may destroy this as soon as he has it
  }
  /// False: not within the patience of a test, or it was to stop before.
  bool wait(const std::stop_token& stop = {}) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, stop, kPatience, [this] { return has_happened_; });
  }
  [[nodiscard]] bool has_happened() {
    const std::scoped_lock lock(mutex_);
    return has_happened_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool has_happened_ = false;
};

/// A client of either kind.
class AnyClient {
 public:
  AnyClient(std::uint16_t port, const TestCertificates* tls) {
    if (tls == nullptr) plain_ = std::make_unique<RawClient>(port);
    if (tls != nullptr) tls_ = std::make_unique<TlsClient>(port, tls->authority.certificate_pem);
  }
  bool send(std::string_view bytes) { return plain_ ? plain_->send(bytes) : tls_->send(bytes); }
  std::optional<RawResponse> receive(bool head_only = false) {
    return plain_ ? plain_->receive(head_only) : tls_->receive(head_only);
  }
  std::optional<std::string> receive_head() { return plain_ ? plain_->receive_head() : tls_->receive_head(); }
  std::optional<std::string> receive_chunk() { return plain_ ? plain_->receive_chunk() : tls_->receive_chunk(); }
  std::string receive_rest() { return plain_ ? plain_->receive_rest() : tls_->receive_rest(); }
  bool is_closed_by_server() { return plain_ ? plain_->is_closed_by_server() : tls_->is_closed_by_server(); }
  [[nodiscard]] bool has_news_within(std::chrono::milliseconds pause) const {
    return plain_ ? plain_->has_news_within(pause) : tls_->has_news_within(pause);
  }
  [[nodiscard]] int socket() const { return plain_ ? plain_->socket() : tls_->socket(); }
  /// The system takes in little of what is not read yet.
  void hold_little() const {
    const int bytes = 64 * 1024;
    ::setsockopt(socket(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  RawClient* plain() { return plain_.get(); }
  TlsClient* tls() { return tls_.get(); }

 private:
  std::unique_ptr<RawClient> plain_;
  std::unique_ptr<TlsClient> tls_;
};

/// The parameter: over TLS. A test ends the server before what its producers use.
class StreamingServer : public testing::TestWithParam<bool> {
 protected:
  std::uint16_t start(Handler handler, Limits limits = {}, int workers = 1) {
    server_ = std::make_unique<Server>("127.0.0.1:0", std::move(handler), std::move(limits), workers,
                                       GetParam() ? identity_of(certificates_) : nullptr);
    port_ = server_->start().value();
    return port_;
  }
  AnyClient connect() { return {port_, GetParam() ? &certificates_ : nullptr}; }
  AnyClient ask(std::string_view request = kGet) {
    AnyClient client = connect();
    client.send(request);
    return client;
  }
  /// As many who ask so.
  std::vector<AnyClient> ask_often(int count, std::string_view request) {
    std::vector<AnyClient> clients;
    clients.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
      clients.push_back(ask(request));
    return clients;
  }

  TestCertificates certificates_ = make_certificates();
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
};

inline std::string name_of_kind(const testing::TestParamInfo<bool>& info) {
  return info.param ? "OverTls" : "Plain";
}

}  // namespace guildhall::http
