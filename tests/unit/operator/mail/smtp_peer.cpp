#include "tests/unit/operator/mail/smtp_peer.hpp"

namespace guildhall::mail {

SmtpPeer::SmtpPeer(Replies replies)
    : replies_(std::move(replies)), server_([this](kube::RawServer::Connection& connection) {
        serve(connection);
        const std::scoped_lock lock(mutex_);
        ++connections_ended_;
        ended_.notify_all();
      }) {
  replies_.insert({{"", "220 peer ready"},
                   {"EHLO", "250-peer\r\n250 8BITMIME"},
                   {"DATA", "354 go on"},
                   {".", "250 2.0.0 taken"},
                   {"QUIT", "221 bye"}});
}

void SmtpPeer::wait_for_end() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return connections_ended_ > 0; });
}

std::vector<std::string> SmtpPeer::commands() {
  const std::scoped_lock lock(mutex_);
  return commands_;
}

std::string SmtpPeer::content() {
  const std::scoped_lock lock(mutex_);
  return content_;
}

bool SmtpPeer::has_whole_mail() {
  const std::scoped_lock lock(mutex_);
  return whole_;
}

void SmtpPeer::serve(kube::RawServer::Connection& connection) {
  if (!answer(connection, "")) return;
  while (const auto line = connection.read_line()) {
    {
      const std::scoped_lock lock(mutex_);
      commands_.push_back(*line);
    }
    const std::string verb = line->substr(0, line->find(' '));
    if (!answer(connection, verb)) return;
    if (verb == "DATA" && replies_["DATA"].starts_with("354") && !take_mail(connection)) return;
  }
}

bool SmtpPeer::answer(kube::RawServer::Connection& connection, const std::string& verb) {
  const auto found = replies_.find(verb);
  const std::string reply = found == replies_.end() ? "250 ok" : found->second;
  if (reply == kSilence) connection.wait_until_closed();
  if (reply == kSilence || reply == kCut) return false;
  return connection.write(reply + "\r\n");
}

bool SmtpPeer::take_mail(kube::RawServer::Connection& connection) {
  auto line = connection.read_line();
  for (; line && *line != "."; line = connection.read_line()) {
    const std::scoped_lock lock(mutex_);
    content_ += *line + "\r\n";
  }
  if (!line) return false;
  {
    const std::scoped_lock lock(mutex_);
    whole_ = true;
  }
  return answer(connection, ".");
}

}  // namespace guildhall::mail
