#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

// OpenSSL's X509 and EVP_PKEY.
struct x509_st;
struct evp_pkey_st;

namespace guildhall::crypto {

struct CertificateFree {
  void operator()(x509_st* certificate) const;
};
struct PrivateKeyFree {
  void operator()(evp_pkey_st* key) const;
};
using Certificate = std::unique_ptr<x509_st, CertificateFree>;
using PrivateKey = std::unique_ptr<evp_pkey_st, PrivateKeyFree>;

/// All certificates of the text, in their order; none when one of them cannot be read.
std::vector<Certificate> read_certificates(std::string_view pem);
/// Null when read_certificates() has none.
Certificate read_first_certificate(std::string_view pem);
/// The first private key of the text; null when there is none, or one that needs a passphrase.
PrivateKey read_private_key(std::string_view pem);
/// Whether the key is whole, and the private one of the certificate.
bool belongs_to(evp_pkey_st* key, const x509_st* certificate);

/// ": " and what OpenSSL says about this thread's last failure, or nothing; forgets it. Its words never hold what was
/// read.
std::string take_openssl_reason();

}  // namespace guildhall::crypto
