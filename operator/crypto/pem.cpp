#include "operator/crypto/pem.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <limits>

namespace guildhall::crypto {
namespace {

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct ContextFree {
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, BioFree>;

/// Null for what is empty, or too long for OpenSSL to count.
Bio reader(std::string_view text) {
  if (text.empty() || text.size() > std::numeric_limits<int>::max()) return nullptr;
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// An encrypted key would make OpenSSL ask on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

}  // namespace

void CertificateFree::operator()(x509_st* certificate) const {
  X509_free(certificate);
}

void PrivateKeyFree::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);
}

std::vector<Certificate> read_certificates(std::string_view pem) {
  std::vector<Certificate> certificates;
  ERR_clear_error();
  const Bio bio = reader(pem);
  if (!bio) return certificates;
  while (Certificate next{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)})
    certificates.push_back(std::move(next));
  // The end of the text is an error to OpenSSL, too.
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) certificates.clear();
  if (!certificates.empty()) ERR_clear_error();
  return certificates;
}

Certificate read_first_certificate(std::string_view pem) {
  auto certificates = read_certificates(pem);
  return certificates.empty() ? nullptr : std::move(certificates.front());
}

PrivateKey read_private_key(std::string_view pem) {
  ERR_clear_error();
  const Bio bio = reader(pem);
  return PrivateKey(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
}

bool belongs_to(evp_pkey_st* key, const x509_st* certificate) {
  if (X509_check_private_key(certificate, key) != 1) return false;
  // The text of a private key also holds the public one, and only that has been compared.
  const std::unique_ptr<EVP_PKEY_CTX, ContextFree> context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context && EVP_PKEY_pairwise_check(context.get()) == 1;
}

std::string take_openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? "" : std::string(": ").append(reason);
}

}  // namespace guildhall::crypto
