#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"

struct ssl_st;      // OpenSSL's SSL
struct ssl_ctx_st;  // and SSL_CTX

namespace guildhall::http {

/// Whose signatures make a client's certificate count. Thread-safe.
class ClientAuthorities {
 public:
  /// Errors: Invalid, when the text is no list of PEM certificates.
  static core::Result<std::shared_ptr<const ClientAuthorities>> read(std::string_view pem);
  ClientAuthorities(const ClientAuthorities&) = delete;
  ClientAuthorities& operator=(const ClientAuthorities&) = delete;
  ~ClientAuthorities();

  /// Before the greeting: the peer is asked for a certificate by one of these, and need not have one.
  [[nodiscard]] bool ask(ssl_st* connection) const;
  /// The common name of the peer's certificate, if there is one that is verified now: its chain leads to one of these
  /// authorities (to any certificate among them, as in Go), holds at this time, and may speak for clients. Never empty;
  /// unset also when the subject has no common name, several of them, or one with a NUL in it.
  [[nodiscard]] std::optional<std::string> common_name(const ssl_st* connection) const;
  [[nodiscard]] const std::string& pem() const { return pem_; }

 private:
  struct Stores;
  ClientAuthorities(std::string_view pem, std::unique_ptr<Stores> stores);

  std::string pem_;
  std::unique_ptr<Stores> stores_;
};

/// Has every certificate of a client pass in the greeting: what it is worth is for ClientAuthorities to say, with each
/// request. That the client has its key is proved by then.
void let_certificates_pass(ssl_ctx_st* context);

}  // namespace guildhall::http
