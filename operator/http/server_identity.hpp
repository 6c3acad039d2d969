#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include "operator/core/result.hpp"
#include "operator/core/secret_text.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace guildhall::http {
class ClientAuthorities;
}

namespace guildhall::http {

/// Who a server says to be, and how it speaks TLS: 1.2 or newer with forward secrecy and authenticated encryption;
/// "http/1.1" is the only protocol behind it (RFC 7301: who offers others alone is refused). No session is resumed, so
/// that each new connection sees the present certificate; nothing is compressed or negotiated again. Thread-safe.
class ServerIdentity {
 public:
  /// Takes effect for the next connection; those that are open go on with what they began with. The chain: the server's
  /// certificate first. Errors: Invalid, saying which of the two cannot be used and why, without what it holds; what
  /// was there before stays then.
  core::Result<void> replace(std::string_view certificate_chain_pem, const core::SecretText& key_pem);
  /// Whose certificates count for the clients that show one (PEM); empty, as at first: nobody is asked for one. Clients
  /// without one are served, too, and so are those whose certificate does not count: neither has a common name. Takes
  /// effect at once: each request is judged by what is here then, and a connection that was greeted by others ends with
  /// its next answer. Errors: Invalid; what was there before stays then.
  core::Result<void> replace_client_authorities(std::string_view pem);
  /// Whether there has been no identity yet.
  [[nodiscard]] bool empty() const { return context() == nullptr; }
  /// For the server: what the next connection begins with; null while empty.
  [[nodiscard]] std::shared_ptr<ssl_ctx_st> context() const;
  /// Likewise; null: nobody is asked.
  [[nodiscard]] std::shared_ptr<const ClientAuthorities> client_authorities() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<ssl_ctx_st> context_;
  std::shared_ptr<const ClientAuthorities> client_authorities_;
};

}  // namespace guildhall::http
