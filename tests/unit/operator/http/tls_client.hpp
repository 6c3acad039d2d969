// A client on loopback that speaks TLS by OpenSSL, and certificates for its server.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "operator/crypto/certificates.hpp"
#include "operator/http/server_identity.hpp"
#include "tests/unit/operator/http/raw_client.hpp"

struct ssl_st;  // OpenSSL's SSL

namespace guildhall::http {

/// An authority, and a certificate by it for 127.0.0.1.
struct TestCertificates {
  crypto::CertificateAndKey authority;
  crypto::CertificateAndKey server;
};
TestCertificates make_certificates();

/// With a certificate of 127.0.0.1. Fails the test when it cannot be used.
std::shared_ptr<ServerIdentity> identity_of(const TestCertificates& certificates);

struct TlsOptions {
  int oldest = 0;              ///< TLS1_2_VERSION, ...; 0: OpenSSL's choice
  int newest = 0;              ///< the same
  const char* protocols = "";  ///< as RFC 7301, section 3.1, writes them; empty: none is offered
  bool believes_all = false;   ///< whoever the server is
  const crypto::CertificateAndKey* certificate = nullptr;  ///< to show when one is asked for; more may stand behind it
};

class TlsClient {
 public:
  /// Connects to 127.0.0.1 and greets. Trusts these authorities alone (PEM), at the time of make_certificates().
  TlsClient(std::uint16_t port, std::string_view authorities_pem, const TlsOptions& options = {});
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient();

  /// Why the greeting failed, in OpenSSL's words; empty: the server is who it should be.
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// False when the server has closed.
  bool send(std::string_view bytes);
  std::optional<RawResponse> receive(bool head_only = false);
  std::optional<std::string> receive_head() { return take_head(buffer_, reader()); }
  std::optional<std::string> receive_chunk() { return take_chunk(buffer_, reader()); }
  /// All that still comes.
  std::string receive_rest();
  /// Reads until the end. False when the server goes without saying so (close_notify), or not within a test's patience.
  bool is_told_of_the_end();
  /// Reads until the connection is closed, however. Says nothing back.
  bool is_closed_by_server() { return raw_.is_closed_by_server(); }
  [[nodiscard]] bool has_news_within(std::chrono::milliseconds pause) const { return raw_.has_news_within(pause); }
  /// Says that no more will come (close_notify).
  void say_goodbye();
  [[nodiscard]] int socket() const { return raw_.socket(); }
  /// OpenSSL's own view of the connection.
  [[nodiscard]] ssl_st* native() const { return ssl_.get(); }

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };

  bool read_more();
  std::function<bool()> reader() {
    return [this] { return read_more(); };
  }

  RawClient raw_;
  std::unique_ptr<ssl_st, Free> ssl_;
  std::string failure_;
  std::string buffer_;
};

}  // namespace guildhall::http
