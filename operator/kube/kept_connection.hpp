#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "operator/core/result.hpp"
#include "operator/kube/tls_context.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// How connections are secured: TLS 1.2 or newer, the server's certificate and name verified unless the settings say
/// otherwise. Immutable, thread-safe.
class TlsClient {
 public:
  /// `name`: whom the certificate must name; a host name or an IP address. Errors: Invalid, as of configure_tls().
  static core::Result<std::shared_ptr<const TlsClient>> make(const TlsSettings& settings, std::string name);

  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  ~TlsClient();

 private:
  friend class KeptConnection;
  struct Inner;
  explicit TlsClient(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

/// How long is waited.
struct Patience {
  std::chrono::steady_clock::time_point deadline;
  const std::stop_token* stop;
};

/// One connection to the API server, HTTP/1.1, plain or over TLS. All of its work is done on the caller's thread, which
/// waits for nothing but the network: no other thread has to be woken. Not thread-safe.
class KeptConnection {
 public:
  struct Peer {
    std::string address;  ///< an IP address: no name is looked up, as nothing could end that wait
    std::uint16_t port;
    const TlsClient* tls;  ///< null: plain
  };
  /// What came of a request.
  struct Exchanged {
    core::Result<HttpResponse> answer;
    bool lost_unanswered = false;  ///< the connection was lost before any byte of an answer: it may have been closed
                                   ///< before the request came
    bool reusable = false;         ///< the connection may carry another request
  };

  /// Errors: Unavailable (connection, TLS), Timeout, Canceled.
  static core::Result<std::unique_ptr<KeptConnection>> open(const Peer& peer, const Patience& patience);

  KeptConnection(const KeptConnection&) = delete;
  KeptConnection& operator=(const KeptConnection&) = delete;
  ~KeptConnection();

  /// Sends the text of a whole request once, and reads its answer: 512 MiB of body at most. Errors: as above; after any
  /// of them the connection must not be used again.
  Exchanged exchange(std::string_view request, const Patience& patience);
  /// Nothing has come since the last answer, not even the end: the server has most likely not closed it.
  [[nodiscard]] bool is_quiet() const;

 private:
  struct Inner;
  static core::Result<std::unique_ptr<KeptConnection>> make(const Peer& peer, const Patience& patience);
  explicit KeptConnection(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

}  // namespace guildhall::kube
