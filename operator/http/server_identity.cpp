#include "operator/http/server_identity.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "operator/crypto/pem.hpp"
#include "operator/http/client_authorities.hpp"

namespace guildhall::http {
namespace {

using Context = std::shared_ptr<SSL_CTX>;

constexpr std::string_view kProtocols = "\x08http/1.1";  // RFC 7301, section 3.1

std::unexpected<core::Error> invalid(std::string what) {
  return core::fail(core::ErrorKind::Invalid, std::move(what) + crypto::take_openssl_reason());
}

const unsigned char* bytes(std::string_view text) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): C API
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// A client that offers no protocols is not asked.
// NOLINTNEXTLINE(readability-function-size): OpenSSL says which arguments it has
int select_protocol(SSL* /*connection*/, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned int offered_length, void* /*data*/) {
  unsigned char* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, length, bytes(kProtocols), kProtocols.size(), offered, offered_length);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool set_rules(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
  let_certificates_pass(context);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 && SSL_CTX_set_num_tickets(context, 0) == 1 &&
         SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;  // of TLS 1.2; those of 1.3 are all fine
}

core::Result<void> use_chain(SSL_CTX* context, std::string_view pem) {
  const std::vector<crypto::Certificate> chain = crypto::read_certificates(pem);
  if (chain.empty()) return invalid("the server's certificate is no PEM certificate");
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) return invalid("the server's certificate");
  for (const auto& issuer : std::span(chain).subspan(1))
    if (SSL_CTX_add1_chain_cert(context, issuer.get()) != 1) return invalid("the server's chain of certificates");
  return {};
}

core::Result<void> use_key(SSL_CTX* context, const core::SecretText& pem) {
  const crypto::PrivateKey key = crypto::read_private_key(pem.reveal());
  if (!key) return invalid("the server's key is no PEM private key without a passphrase");
  if (!crypto::belongs_to(key.get(), SSL_CTX_get0_certificate(context)))
    return invalid("the server's key does not belong to its certificate");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) return invalid("the server's key");
  return {};
}

}  // namespace

core::Result<void> ServerIdentity::replace(std::string_view certificate_chain_pem, const core::SecretText& key_pem) {
  ERR_clear_error();
  Context fresh(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!fresh || !set_rules(fresh.get())) return invalid("TLS 1.2 is not available");
  if (auto used = use_chain(fresh.get(), certificate_chain_pem); !used) return used;
  if (auto used = use_key(fresh.get(), key_pem); !used) return used;
  const std::scoped_lock lock(mutex_);
  std::swap(context_, fresh);  // what was there goes behind the lock, with its last connection
  return {};
}

/// The same authorities once more change nothing, so that no connection has to end for them.
core::Result<void> ServerIdentity::replace_client_authorities(std::string_view pem) {
  std::shared_ptr<const ClientAuthorities> fresh;
  if (!pem.empty()) {
    auto read = ClientAuthorities::read(pem);
    if (!read) return std::unexpected(read.error());
    fresh = std::move(*read);
  }
  const std::scoped_lock lock(mutex_);
  const bool is_same = fresh && client_authorities_ && fresh->pem() == client_authorities_->pem();
  if (!is_same) std::swap(client_authorities_, fresh);
  return {};
}

std::shared_ptr<const ClientAuthorities> ServerIdentity::client_authorities() const {
  const std::scoped_lock lock(mutex_);
  return client_authorities_;
}

std::shared_ptr<ssl_ctx_st> ServerIdentity::context() const {
  const std::scoped_lock lock(mutex_);
  return context_;
}

}  // namespace guildhall::http
