#pragma once

#include <string>
#include <string_view>

namespace guildhall::mail {

/// Listens to the begin of a connection, up to where a login would follow. A server that says nothing of a login that
/// we can use gets no mail: libcurl would send it without one. Pure. Source: RFC 4954, section 3.
class LoginOffer {
 public:
  /// `is_secured`: what the first EHLO is answered counts; else only what is said after STARTTLS.
  explicit LoginOffer(bool is_secured) : is_secured_(is_secured) {}

  void sent(std::string_view command);
  /// One line of the server, with or without its end.
  void heard(std::string_view line);

  /// Why there can be no login, for a person; empty: one can follow, or nothing was said yet.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  void read_extension(std::string_view text);
  void conclude();

  bool is_secured_;
  bool is_greeting_ = false;  // EHLO or HELO was sent, and is being answered
  bool is_usable_ = false;
  std::string mechanisms_;  // as they came
  std::string problem_;
};

}  // namespace guildhall::mail
