#include "tests/unit/operator/http/tls_client.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <span>
#include <utility>

#include "operator/crypto/pem.hpp"

namespace guildhall::http {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

constexpr core::Timestamp kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);
constexpr auto kDay = std::chrono::days(1);

void show(SSL_CTX* context, const crypto::CertificateAndKey& pair) {
  const auto chain = crypto::read_certificates(pair.certificate_pem);
  ASSERT_FALSE(chain.empty());
  ASSERT_EQ(SSL_CTX_use_certificate(context, chain.front().get()), 1);
  ASSERT_EQ(SSL_CTX_use_PrivateKey(context, crypto::read_private_key(pair.key_pem.reveal()).get()), 1);
  for (const auto& issuer : std::span(chain).subspan(1))
    ASSERT_EQ(SSL_CTX_add1_chain_cert(context, issuer.get()), 1);
}

Context make_context(std::string_view authorities_pem, const TlsOptions& options) {
  Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  // So that what is refused is refused by the server.
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), options.oldest);
  SSL_CTX_set_max_proto_version(context.get(), options.newest);
  SSL_CTX_set_verify(context.get(), options.believes_all ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_AUTO_RETRY);
  for (const auto& authority : crypto::read_certificates(authorities_pem))
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority.get());
  X509_VERIFY_PARAM* param = SSL_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set1_ip_asc(param, "127.0.0.1");
  X509_VERIFY_PARAM_set_time(param, std::chrono::system_clock::to_time_t(kNow));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): C API
  const auto* protocols = reinterpret_cast<const unsigned char*>(options.protocols);
  SSL_CTX_set_alpn_protos(context.get(), protocols, static_cast<unsigned>(std::strlen(options.protocols)));
  if (options.certificate != nullptr) show(context.get(), *options.certificate);
  return context;
}

std::string reason_of_failure() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "closed" : reason;
}

void limit_waiting(int socket) {
  const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

}  // namespace

TestCertificates make_certificates() {
  auto authority = crypto::make_authority("a test's authority", kNow - kDay, kNow + kDay).value();
  auto server = crypto::issue_server_certificate(authority, {"127.0.0.1"}, kNow - kDay, kNow + kDay).value();
  return {.authority = std::move(authority), .server = std::move(server)};
}

std::shared_ptr<ServerIdentity> identity_of(const TestCertificates& certificates) {
  auto identity = std::make_shared<ServerIdentity>();
  EXPECT_TRUE(identity->replace(certificates.server.certificate_pem, certificates.server.key_pem));
  return identity;
}

void TlsClient::Free::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

TlsClient::TlsClient(std::uint16_t port, std::string_view authorities_pem, const TlsOptions& options)
    : raw_(port), ssl_(SSL_new(make_context(authorities_pem, options).get())) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  limit_waiting(raw_.socket());
  SSL_set_fd(ssl_.get(), raw_.socket());
  ERR_clear_error();
  if (SSL_connect(ssl_.get()) != 1) failure_ = reason_of_failure();
}

TlsClient::~TlsClient() = default;

bool TlsClient::send(std::string_view bytes) {
  ERR_clear_error();
  return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
}

bool TlsClient::read_more() {
  ERR_clear_error();
  std::array<char, 16UL * 1024> bytes;
  const int count = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  if (count <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<RawResponse> TlsClient::receive(bool head_only) {
  return take_response(buffer_, head_only, reader());
}

std::string TlsClient::receive_rest() {
  while (read_more()) {
  }
  return std::exchange(buffer_, {});
}

void TlsClient::say_goodbye() {
  SSL_shutdown(ssl_.get());
}

bool TlsClient::is_told_of_the_end() {
  while (read_more()) {
  }
  return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

}  // namespace guildhall::http
