// A mail server on loopback, without TLS, that says what the test wants.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/unit/operator/kube/raw_server.hpp"

namespace guildhall::mail {

/// Instead of a reply: the connection is cut, or nothing is said until the client goes.
constexpr const char* kCut = "cut";
constexpr const char* kSilence = "silence";

/// By verb (EHLO, AUTH, MAIL, RCPT, DATA, "." for the end of the mail, QUIT, "" for the greeting), without the last
/// CRLF.
using Replies = std::map<std::string, std::string>;

class SmtpPeer {
 public:
  /// It says yes to all that the replies do not name.
  explicit SmtpPeer(Replies replies = {});

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  /// Waits until a connection has ended.
  void wait_for_end();
  /// The lines that came before DATA and after the mail.
  std::vector<std::string> commands();
  /// What came after DATA, to the dot or the end of the connection, whole lines only.
  std::string content();
  /// Whether the dot came that ends a mail.
  bool has_whole_mail();

 private:
  void serve(kube::RawServer::Connection& connection);
  /// False: the connection ends.
  bool answer(kube::RawServer::Connection& connection, const std::string& verb);
  bool take_mail(kube::RawServer::Connection& connection);

  Replies replies_;
  std::mutex mutex_;
  std::condition_variable ended_;
  int connections_ended_ = 0;
  std::vector<std::string> commands_;
  std::string content_;
  bool whole_ = false;
  kube::RawServer server_;  // the last: it uses the others
};

}  // namespace guildhall::mail
