#include "operator/http/client_authorities.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "operator/crypto/pem.hpp"

namespace guildhall::http {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Trusted = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;
using Check = std::unique_ptr<X509_STORE_CTX, Freer<X509_STORE_CTX_free>>;

/// Exactly 1: anything else ends the greeting. SSL_get_verify_result() never says that it was verified.
int let_pass(X509_STORE_CTX* check, void* /*data*/) {
  X509_STORE_CTX_set_error(check, X509_V_ERR_APPLICATION_VERIFICATION);
  return 1;
}

std::optional<std::string> text_of(const ASN1_STRING* string) {
  unsigned char* bytes = nullptr;
  const int length = ASN1_STRING_to_UTF8(&bytes, string);
  if (length < 0) return std::nullopt;
  const std::unique_ptr<unsigned char, Freer<[](unsigned char* text) { OPENSSL_free(text); }>> owner(bytes);
  return std::string(bytes, bytes + length);
}

/// Of two names nobody could say which one is meant, and a NUL ends a name for some readers.
std::optional<std::string> only_common_name(X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int place = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (place < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, place) >= 0) return std::nullopt;
  auto name = text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, place)));
  if (!name || name->empty() || name->contains('\0')) return std::nullopt;
  return name;
}

bool verifies(X509_STORE* trusted, X509* certificate, const SSL* connection) {
  const Check check(X509_STORE_CTX_new());
  if (!check || X509_STORE_CTX_init(check.get(), trusted, certificate, SSL_get_peer_cert_chain(connection)) != 1)
    return false;
  X509_STORE_CTX_set_flags(check.get(), X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(check.get()), SSL_get_security_level(connection));
  return X509_STORE_CTX_set_purpose(check.get(), X509_PURPOSE_SSL_CLIENT) == 1 && X509_verify_cert(check.get()) == 1 &&
         X509_STORE_CTX_get_error(check.get()) == X509_V_OK;
}

}  // namespace

/// One store for each: of two authorities with the same name, as before and after a rotation, OpenSSL would try only
/// one.
struct ClientAuthorities::Stores {
  std::vector<crypto::Certificate> certificates;
  std::vector<Trusted> each;

  [[nodiscard]] bool fill() {
    for (const auto& certificate : certificates) {
      each.emplace_back(X509_STORE_new());
      if (!each.back() || X509_STORE_add_cert(each.back().get(), certificate.get()) != 1) return false;
    }
    return !each.empty();
  }
};

ClientAuthorities::ClientAuthorities(std::string_view pem, std::unique_ptr<Stores> stores)
    : pem_(pem), stores_(std::move(stores)) {}

ClientAuthorities::~ClientAuthorities() = default;

core::Result<std::shared_ptr<const ClientAuthorities>> ClientAuthorities::read(std::string_view pem) {
  auto stores = std::make_unique<Stores>();
  stores->certificates = crypto::read_certificates(pem);
  if (!stores->fill())
    return core::fail(core::ErrorKind::Invalid,
                      "the clients' authorities are no PEM certificates" + crypto::take_openssl_reason());
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): make_shared cannot call what is private
  return std::shared_ptr<const ClientAuthorities>(new ClientAuthorities(pem, std::move(stores)));
}

bool ClientAuthorities::ask(ssl_st* connection) const {
  for (const auto& certificate : stores_->certificates)
    if (SSL_add_client_CA(connection, certificate.get()) != 1) return false;
  SSL_set_verify(connection, SSL_VERIFY_PEER, nullptr);
  return true;
}

std::optional<std::string> ClientAuthorities::common_name(const ssl_st* connection) const {
  X509* certificate = SSL_get0_peer_certificate(connection);
  if (certificate == nullptr) return std::nullopt;
  const bool is_verified = std::ranges::any_of(
      stores_->each, [&](const Trusted& trusted) { return verifies(trusted.get(), certificate, connection); });
  ERR_clear_error();
  return is_verified ? only_common_name(certificate) : std::nullopt;
}

void let_certificates_pass(ssl_ctx_st* context) {
  SSL_CTX_set_cert_verify_callback(context, let_pass, nullptr);
}

}  // namespace guildhall::http
