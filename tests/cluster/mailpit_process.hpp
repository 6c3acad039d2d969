// A mail server that keeps what it is given and shows it: mailpit.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cluster/child_process.hpp"

namespace guildhall::tests::cluster {

struct ReceivedMail {
  std::string id;  // mailpit's own
  std::string message_id;
  std::string from;
  std::string from_name;
  std::string to;
  std::string to_name;
  std::string subject;
  std::string text;
  std::string html;
  std::string raw;  // as it came
};

// mailpit with free ports of 127.0.0.1, in a folder of its own under the build tree. It is killed with this value, and
// by the kernel when the thread that made it ends. The folder goes with it, but for its log when a test has failed.
// Members throw std::runtime_error when mailpit does not do what they ask for. Not thread-safe.
class MailpitProcess {
 public:
  // Waits until it answers. `flags`: further ones of mailpit, such as --smtp-tls-cert.
  explicit MailpitProcess(const std::vector<std::string>& flags = {});
  ~MailpitProcess();
  MailpitProcess(const MailpitProcess&) = delete;
  MailpitProcess& operator=(const MailpitProcess&) = delete;
  MailpitProcess(MailpitProcess&&) = delete;
  MailpitProcess& operator=(MailpitProcess&&) = delete;

  [[nodiscard]] std::uint16_t smtp_port() const { return smtp_port_; }
  // The base of its API, without a slash at the end.
  [[nodiscard]] std::string url() const;

  // All that it has, the oldest first.
  [[nodiscard]] std::vector<ReceivedMail> mails() const;
  // It forgets all mails.
  void clear();

  // From now on it answers with this code: at `Sender` (MAIL), `Recipient` (RCPT) or `Authentication` (AUTH).
  void refuse(std::string_view where, int code);
  // It takes all again.
  void accept();

  // Afterwards nothing listens at its port.
  void kill();

 private:
  [[nodiscard]] ReceivedMail read(const std::string& id) const;

  std::filesystem::path directory_;
  std::uint16_t smtp_port_;
  std::uint16_t http_port_;
  std::optional<ChildProcess> process_;
};

}  // namespace guildhall::tests::cluster
