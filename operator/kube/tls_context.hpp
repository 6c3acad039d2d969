#pragma once

#include <string>

#include "operator/core/result.hpp"
#include "operator/kube/credentials.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace guildhall::kube {

/// How one connection is secured.
struct TlsSettings {
  const Identity* identity = nullptr;
  bool insecure = false;
};

/// Sets up an SSL_CTX: TLS 1.2 at least, only the cluster's CA trusted (the system's where none is configured), and the
/// client certificate. Checking the server's name is the HTTP library's part. Errors: Invalid, naming what cannot be
/// read; the context must not be used then.
core::Result<void> configure_tls(ssl_ctx_st* context, const TlsSettings& settings);

/// OpenSSL's words for one of its error codes, "certificate verify failed"; empty when it is none of its.
std::string describe_tls_error(unsigned long code);

/// Whether the PEM texts can be used, without a connection. Errors: as above.
core::Result<void> check_tls(const TlsSettings& settings);

/// Keeps OpenSSL from cleaning up when main returns: threads of cpprestsdk, which nobody can join, may still be in it.
/// Before its first use. Source: OPENSSL_init_crypto(3), OPENSSL_INIT_NO_ATEXIT.
void keep_openssl_until_the_end();

}  // namespace guildhall::kube
