#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/secret_text.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::crypto {

/// A certificate and the private key that belongs to it, both as PEM; the key as PKCS #8 without a passphrase.
struct CertificateAndKey {
  std::string certificate_pem;
  core::SecretText key_pem;
};

/// What a certificate says, whoever signed it.
struct CertificateInfo {
  core::Timestamp not_before;
  core::Timestamp not_after;
  std::vector<std::string> names;  ///< DNS names, and addresses in their canonical form (RFC 5952), in their order
  std::string subject_key_id;      ///< in lower-case hexadecimal digits, here and below; empty: it has none
  std::string authority_key_id;    ///< of the key that signed it
  bool is_authority = false;       ///< may sign others
};

// Thread-safe, all of it. Keys are ECDSA P-256. Errors: Invalid, naming the argument that cannot be used; Internal,
// when OpenSSL fails. None holds what a PEM text held. A certificate is valid from not_before until not_after, both
// included (RFC 5280, section 4.1.2.5), in whole seconds: fractions are cut off.

/// A self-signed authority for servers' certificates, and for no authority below it. The common name: 1 to 64
/// characters.
core::Result<CertificateAndKey> make_authority(const std::string& common_name, core::Timestamp not_before,
                                               core::Timestamp not_after);

/// A server's certificate for these DNS names and IP addresses, at least one; it may outlive its authority, but is not
/// accepted then. The subject's common name is the first name, cut at 64 characters.
core::Result<CertificateAndKey> issue_server_certificate(const CertificateAndKey& authority,
                                                         const std::vector<std::string>& names,
                                                         core::Timestamp not_before, core::Timestamp not_after);

/// Of the first certificate in the text.
core::Result<CertificateInfo> inspect_certificate(std::string_view certificate_pem);

/// Whether the key is the private one of the first certificate.
bool is_pair(std::string_view certificate_pem, const core::SecretText& key_pem);

/// Whether one of the authorities in the second text has signed the first certificate of the first; says nothing about
/// the time.
bool is_issued_by(std::string_view certificate_pem, std::string_view authorities_pem);

}  // namespace guildhall::crypto
