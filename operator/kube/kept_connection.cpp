// The only file of this folder that includes Boost. Each step is an asynchronous one of Asio, carried out in a context
// that the calling thread runs until the step is done, its time is up or a stop is requested.
#include "operator/kube/kept_connection.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <cctype>
#include <exception>
#include <optional>
#include <utility>

#include "operator/kube/connection_failure.hpp"
#include "operator/kube/server_address.hpp"

namespace guildhall::kube {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using core::ErrorKind;

namespace {

using TlsStream = asio::ssl::stream<tcp::socket&>;
using Parser = bhttp::response_parser<bhttp::string_body>;

constexpr std::uint64_t kLongestBody = 512U << 20U;
constexpr std::uint32_t kLongestHeader = 64U << 10U;

std::unexpected<core::Error> failed(std::string_view stage, const error_code& error) {
  return core::fail(ErrorKind::Unavailable, describe_connection_failure(stage, error.value()));
}

HttpResponse response_of(Parser& parser) {
  auto& message = parser.get();
  HttpResponse response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    response.headers[std::move(name)] = std::string(field.value());
  }
  response.body = std::move(message.body());
  return response;
}

}  // namespace

struct TlsClient::Inner {
  asio::ssl::context context{asio::ssl::context::tls_client};
  std::string name;
  bool insecure = false;
};

TlsClient::TlsClient(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
TlsClient::~TlsClient() = default;

core::Result<std::shared_ptr<const TlsClient>> TlsClient::make(const TlsSettings& settings, std::string name) {
  auto inner = std::make_unique<Inner>();
  inner->name = std::move(name);
  inner->insecure = settings.insecure;
  error_code error;
  if (settings.identity->ca.empty() && !settings.insecure) inner->context.set_default_verify_paths(error);
  if (error) return core::fail(ErrorKind::Invalid, "the system's authorities cannot be read: " + error.message());
  if (auto configured = configure_tls(inner->context.native_handle(), settings); !configured)
    return std::unexpected(std::move(configured.error()));
  return std::shared_ptr<const TlsClient>(new TlsClient(std::move(inner)));
}

struct KeptConnection::Inner {
  /// One thread runs it, another may stop it.
  asio::io_context context{1};
  tcp::socket socket{context};
  std::optional<TlsStream> tls;
  beast::flat_buffer buffer;

  /// Carries out one step: `begin` is given the handler of its end. Unset: it was not done, as `why` says.
  template <class Begin>
  std::optional<error_code> carry_out(const Patience& patience, Begin begin);
  template <class Begin>
  core::Result<void> carry_out(const Patience& patience, std::string_view stage, Begin begin);
  core::Result<void> connect(const Peer& peer, const Patience& patience);
  core::Result<void> greet(TlsClient::Inner& client, const Patience& patience);
  error_code prepare_tls(TlsClient::Inner& client);
  core::Result<void> send(std::string_view request, const Patience& patience);
  std::optional<error_code> receive(Parser& parser, const Patience& patience);
};

namespace {

std::unexpected<core::Error> not_done(const Patience& patience) {
  if (patience.stop->stop_requested()) return core::fail(ErrorKind::Canceled, "stopped");
  return core::fail(ErrorKind::Timeout, "no answer in time");
}

}  // namespace

template <class Begin>
std::optional<error_code> KeptConnection::Inner::carry_out(const Patience& patience, Begin begin) {
  std::optional<error_code> end;
  context.restart();
  begin([&end](const error_code& error, std::size_t /*bytes*/ = 0) { end = error; });
  {
    const std::stop_callback wake(*patience.stop, [this] { context.stop(); });
    context.run_until(patience.deadline);
  }
  if (end) return end;
  // The handler points to this frame: it has to run before the frame goes.
  error_code ignored;
  socket.close(ignored);
  context.restart();
  context.run();
  return std::nullopt;
}

template <class Begin>
core::Result<void> KeptConnection::Inner::carry_out(const Patience& patience, std::string_view stage, Begin begin) {
  const auto end = carry_out(patience, std::move(begin));
  if (!end) return not_done(patience);
  if (*end) return failed(stage, *end);
  return {};
}

core::Result<void> KeptConnection::Inner::connect(const Peer& peer, const Patience& patience) {
  constexpr std::string_view kStage = "Failed to connect to any resolved endpoint";
  error_code error;
  const tcp::endpoint endpoint(asio::ip::make_address(peer.address, error), peer.port);
  if (!error) socket.open(endpoint.protocol(), error);
  if (!error) socket.set_option(tcp::no_delay(true), error);
  if (error) return failed(kStage, error);
  return carry_out(patience, kStage, [&](auto handler) { socket.async_connect(endpoint, std::move(handler)); });
}

error_code KeptConnection::Inner::prepare_tls(TlsClient::Inner& client) {
  error_code error;
  tls.emplace(socket, client.context);
  // RFC 6066, section 3: no IP address is sent as a name.
  if (!is_ip_address(client.name) && SSL_set_tlsext_host_name(tls->native_handle(), client.name.c_str()) != 1)
    return asio::error::no_memory;
  tls->set_verify_mode(client.insecure ? asio::ssl::verify_none : asio::ssl::verify_peer, error);
  if (!error && !client.insecure) tls->set_verify_callback(asio::ssl::host_name_verification(client.name), error);
  return error;
}

core::Result<void> KeptConnection::Inner::greet(TlsClient::Inner& client, const Patience& patience) {
  constexpr std::string_view kStage = "Error in SSL handshake";
  if (const error_code error = prepare_tls(client)) return failed(kStage, error);
  return carry_out(patience, kStage,
                   [&](auto handler) { tls->async_handshake(TlsStream::client, std::move(handler)); });
}

core::Result<void> KeptConnection::Inner::send(std::string_view request, const Patience& patience) {
  return carry_out(patience, "Failed to write request headers", [&](auto handler) {
    const auto bytes = asio::buffer(request);
    if (tls) {
      asio::async_write(*tls, bytes, std::move(handler));
    } else {
      asio::async_write(socket, bytes, std::move(handler));
    }
  });
}

std::optional<error_code> KeptConnection::Inner::receive(Parser& parser, const Patience& patience) {
  return carry_out(patience, [&](auto handler) {
    if (tls) {
      bhttp::async_read(*tls, buffer, parser, std::move(handler));
    } else {
      bhttp::async_read(socket, buffer, parser, std::move(handler));
    }
  });
}

KeptConnection::KeptConnection(std::unique_ptr<Inner> inner) : inner_(std::move(inner)) {}
KeptConnection::~KeptConnection() = default;

core::Result<std::unique_ptr<KeptConnection>> KeptConnection::open(const Peer& peer, const Patience& patience) {
  try {
    return make(peer, patience);
  } catch (const std::exception& failure) {  // Asio throws where a process has no file descriptor left
    return core::fail(ErrorKind::Unavailable, fmt::format("no connection can be made: {}", failure.what()));
  }
}

core::Result<std::unique_ptr<KeptConnection>> KeptConnection::make(const Peer& peer, const Patience& patience) {
  auto inner = std::make_unique<Inner>();
  if (auto connected = inner->connect(peer, patience); !connected) return std::unexpected(std::move(connected.error()));
  if (peer.tls != nullptr) {
    if (auto greeted = inner->greet(*peer.tls->inner_, patience); !greeted)
      return std::unexpected(std::move(greeted.error()));
  }
  return std::unique_ptr<KeptConnection>(new KeptConnection(std::move(inner)));
}

KeptConnection::Exchanged KeptConnection::exchange(std::string_view request, const Patience& patience) {
  if (auto sent = inner_->send(request, patience); !sent) {
    const bool lost = sent.error().kind == ErrorKind::Unavailable;
    return {.answer = std::unexpected(std::move(sent.error())), .lost_unanswered = lost};
  }
  Parser parser;
  parser.header_limit(kLongestHeader);
  parser.body_limit(kLongestBody);
  const auto end = inner_->receive(parser, patience);
  if (!end) return {.answer = not_done(patience)};
  if (!*end) {
    const bool reusable = parser.keep_alive() && !parser.need_eof() && inner_->buffer.size() == 0;
    return {.answer = response_of(parser), .reusable = reusable};
  }
  if (*end == bhttp::error::body_limit) return {.answer = core::fail(ErrorKind::Unavailable, "the answer is too long")};
  const bool in_body = parser.is_header_done();
  return {.answer = failed(in_body ? "Failed to read response body" : "Failed to read HTTP status line", *end),
          .lost_unanswered = !parser.got_some()};
}

bool KeptConnection::is_quiet() const {
  char byte = 0;
  error_code error;
  inner_->socket.non_blocking(true, error);
  if (error) return false;
  inner_->socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, error);
  return error == asio::error::would_block;
}

}  // namespace guildhall::kube
