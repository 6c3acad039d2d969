#include "operator/kube/tls_context.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string_view>

namespace guildhall::kube {

namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;

/// The library's own words never hold the material.
std::unexpected<core::Error> invalid(std::string what) {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  if (reason != nullptr) what.append(": ").append(reason);
  return core::fail(core::ErrorKind::Invalid, std::move(what));
}

Bio reader(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate next_certificate(BIO* pem) {
  return Certificate(PEM_read_bio_X509(pem, nullptr, nullptr, nullptr));
}

/// In place of the system's authorities, which the HTTP library has put in.
core::Result<void> trust_only(SSL_CTX* context, std::string_view pem) {
  X509_STORE* store = X509_STORE_new();
  SSL_CTX_set_cert_store(context, store);
  const Bio bio = reader(pem);
  int added = 0;
  while (const Certificate certificate = next_certificate(bio.get())) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1) return invalid("certificate-authority");
    ++added;
  }
  if (added == 0) return invalid("certificate-authority holds no PEM certificate");
  ERR_clear_error();  // the end of the text is an error to OpenSSL
  return {};
}

core::Result<void> use_chain(SSL_CTX* context, std::string_view pem) {
  const Bio bio = reader(pem);
  const Certificate leaf = next_certificate(bio.get());
  if (!leaf) return invalid("client-certificate holds no PEM certificate");
  if (SSL_CTX_use_certificate(context, leaf.get()) != 1) return invalid("client-certificate");
  while (const Certificate issuer = next_certificate(bio.get()))
    if (SSL_CTX_add1_chain_cert(context, issuer.get()) != 1) return invalid("client-certificate");
  ERR_clear_error();
  return {};
}

/// An encrypted key would make OpenSSL ask on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

core::Result<void> use_key(SSL_CTX* context, std::string_view pem) {
  const Bio bio = reader(pem);
  const PrivateKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) return invalid("client-key holds no PEM private key without a passphrase");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) return invalid("client-key");  // also one of another certificate
  return {};
}

}  // namespace

core::Result<void> configure_tls(ssl_ctx_st* context, const TlsSettings& settings) {
  const Identity& identity = *settings.identity;
  ERR_clear_error();
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) return invalid("TLS 1.2 is not available");
  if (!identity.ca.empty() && !settings.insecure) {
    if (auto trusted = trust_only(context, identity.ca); !trusted) return trusted;
  }
  if (identity.certificate.empty()) return {};
  if (auto used = use_chain(context, identity.certificate); !used) return used;
  return use_key(context, identity.key.reveal());
}

std::string describe_tls_error(unsigned long code) {
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "" : reason;
}

core::Result<void> check_tls(const TlsSettings& settings) {
  const Context context(SSL_CTX_new(TLS_client_method()));
  if (!context) return invalid("TLS is not available");
  return configure_tls(context.get(), settings);
}

void keep_openssl_until_the_end() {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
}

}  // namespace guildhall::kube
