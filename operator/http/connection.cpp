#include <utility>  // Boost 1.74 needs std::exchange and does not say so

#include "operator/http/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <span>

namespace guildhall::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = asio::ssl::stream<tcp::socket&>;

namespace {

constexpr std::size_t kDrainedBytes = 1024UL * 1024;
constexpr int kUnsentBytes = 128 * 1024;

/// A socket that takes both families shows an IPv4 peer as an IPv6 address (RFC 4291, section 2.5.5.2).
std::string peer_of(const tcp::socket& socket) {
  error_code error;
  const asio::ip::address address = socket.remote_endpoint(error).address();
  if (error) return {};
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

Connection::Peer state_of(const error_code& error) {
  if (!error) return Connection::Peer::Speaks;
  return error == asio::error::eof ? Connection::Peer::HasEnded : Connection::Peer::IsGone;
}

}  // namespace

struct Connection::Wire {
  explicit Wire(tcp::socket&& accepted) : socket(std::move(accepted)) {}

  tcp::socket socket;
  std::optional<TlsStream> tls;  ///< set: all is said through it
  asio::steady_timer clock{socket.get_executor()};
  /// What comes is put down here: the reader may move its own room meanwhile.
  std::array<char, 4096> arrived{};

  template <class Use>
  void with_stream(Use use) {
    if (tls) {
      use(*tls);
    } else {
      use(socket);
    }
  }

  void drain(const std::shared_ptr<Connection>& self, std::size_t taken);
};

template <class Socket>
Connection::Connection(Socket socket, const Limits& limits)
    : wire_(std::make_unique<Wire>(std::move(socket))), reader_(limits), peer_address_(peer_of(wire_->socket)) {}

template Connection::Connection(tcp::socket socket, const Limits& limits);

Connection::~Connection() = default;

bool Connection::use_tls(const ServerIdentity& identity) {
  const auto context = identity.context();
  if (!context) return false;
  SSL_CTX_up_ref(context.get());
  asio::ssl::context owner(context.get());  // gives back the one that was just taken
  wire_->tls.emplace(wire_->socket, owner);
  asked_by_ = identity.client_authorities();
  return !asked_by_ || asked_by_->ask(wire_->tls->native_handle());
}

std::optional<std::string> Connection::common_name(const ClientAuthorities& authorities) const {
  return wire_->tls ? authorities.common_name(wire_->tls->native_handle()) : std::nullopt;
}

void Connection::begin() {
  is_acting_ = true;
  written_ = 0;
}

void Connection::finish(bool is_success) {
  is_acting_ = false;
  has_succeeded_ = is_success;
  tell();
}

void Connection::greet() {
  if (!wire_->tls) return finish(true);
  begin();
  wire_->tls->async_handshake(TlsStream::server,
                              [self = shared_from_this()](error_code error) { self->finish(!error); });
}

void Connection::write(std::string_view head, std::string_view body) {
  begin();
  const std::array<asio::const_buffer, 2> bytes{asio::buffer(head.data(), head.size()),
                                                asio::buffer(body.data(), body.size())};
  wire_->with_stream([&](auto& stream) {
    asio::async_write(stream, bytes,
                      [self = shared_from_this()](error_code error, std::size_t /*count*/) { self->finish(!error); });
  });
}

void Connection::write_some(std::string_view bytes) {
  begin();
  wire_->with_stream([&](auto& stream) {
    stream.async_write_some(asio::buffer(bytes.data(), bytes.size()),
                            [self = shared_from_this()](error_code error, std::size_t count) {
                              self->written_ = count;
                              self->finish(!error);
                            });
  });
}

void Connection::say_goodbye() {
  const auto shut_down = [self = shared_from_this()](error_code ignored) {
    self->wire_->socket.shutdown(tcp::socket::shutdown_send, ignored);
    self->finish(true);
  };
  if (!wire_->tls) return shut_down({});
  begin();
  wire_->tls->async_shutdown(shut_down);
}

void Connection::read() {
  const std::size_t room = std::min(reader_.room().size(), wire_->arrived.size());
  if (is_reading_ || room == 0) return;
  is_reading_ = true;
  wire_->with_stream([&](auto& stream) {
    stream.async_read_some(
        asio::buffer(wire_->arrived.data(), room),
        [self = shared_from_this()](error_code error, std::size_t count) { self->took(count, state_of(error)); });
  });
}

void Connection::took(std::size_t bytes, Peer peer) {
  is_reading_ = false;
  peer_ = peer;
  if (bytes > 0) {
    std::copy_n(wire_->arrived.begin(), bytes, reader_.room().begin());
    reader_.take(bytes);
  }
  if (is_watching_ && peer == Peer::Speaks) read();
  if (is_watching_ && peer != Peer::Speaks) close();
  tell();
}

void Connection::watch_peer(bool watch) {
  is_watching_ = watch;
  if (watch) read();
}

void Connection::drain() {
  begin();
  wire_->drain(shared_from_this(), 0);
}

void Connection::Wire::drain(const std::shared_ptr<Connection>& self, std::size_t taken) {
  socket.async_read_some(asio::buffer(arrived), [this, self, taken](error_code error, std::size_t count) {
    if (error || taken + count >= kDrainedBytes) return self->finish(true);
    drain(self, taken + count);
  });
}

/// Whoever waited goes on within this call.
void Connection::tell() {
  if (auto waiter = std::exchange(waiter_, nullptr)) waiter();
}

void Connection::tell_from_afar() {
  asio::post(wire_->socket.get_executor(), [self = shared_from_this()] { self->tell(); });
}

void Connection::finish_within(std::chrono::milliseconds time) {
  due_ = std::chrono::steady_clock::now() + time;
  if (due_ < alarm_) wait_until_due();
}

void Connection::take_its_time() {
  due_ = Time::max();
}

/// When the alarm goes off and the time has been put off meanwhile, it is set again: not with every write.
void Connection::wait_until_due() {
  alarm_ = due_;
  wire_->clock.expires_at(alarm_);
  wire_->clock.async_wait([weak = weak_from_this()](error_code canceled) {
    const auto self = weak.lock();
    if (canceled || !self) return;
    self->alarm_ = Time::max();
    if (self->due_ <= std::chrono::steady_clock::now()) return self->close();
    if (self->due_ != Time::max()) self->wait_until_due();
  });
}

void Connection::close() {
  error_code ignored;
  is_closed_ = true;
  wire_->socket.close(ignored);
  tell();
}

void Connection::reset() {
  error_code ignored;
  wire_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void Connection::end(std::shared_ptr<OpenConnection> self) {
  asio::post(wire_->socket.get_executor(), [this, self = std::move(self)] { close(); });
}

void Connection::hold_little_unsent() {
  ::setsockopt(wire_->socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytes, sizeof kUnsentBytes);
}

}  // namespace guildhall::http
