#include "operator/mail/login_offer.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace guildhall::mail {
namespace {

constexpr const char* kNone =
    "the mail server offers no login, and smtp.username asks for one; leave it out if none is needed";

/// A line of ours begins with ">".
std::string problem_after(bool is_secured, const std::vector<std::string>& lines) {
  LoginOffer offer(is_secured);
  for (const auto& line : lines)
    line.starts_with('>') ? offer.sent(line.substr(1)) : offer.heard(line);
  return offer.problem();
}

TEST(LoginOffer, OfPlainOrLoginIsUsable) {
  for (const char* auth : {"250 AUTH PLAIN", "250-AUTH GSSAPI LOGIN\r\n", "250 AUTH PLAIN LOGIN"})
    EXPECT_EQ(problem_after(true, {"220 hi", ">EHLO a", "250-peer", auth, "250 8BITMIME"}), "") << auth;
}

TEST(LoginOffer, OfOthersIsNamed) {
  EXPECT_EQ(problem_after(true, {">EHLO a", "250-peer", "250-AUTH CRAM-MD5 XOAUTH2", "250 SIZE"}),
            "the mail server offers no login by PLAIN or LOGIN, only by CRAM-MD5, XOAUTH2");
  EXPECT_EQ(problem_after(true, {">EHLO a", "250 AUTH PLAIN-CLIENTTOKEN"}),
            "the mail server offers no login by PLAIN or LOGIN, only by PLAIN-CLIENTTOKEN");
}

TEST(LoginOffer, ThatIsNoneIsSaidSo) {
  EXPECT_EQ(problem_after(true, {">EHLO a", "250 AUTHOR PLAIN"}), kNone);
  EXPECT_EQ(problem_after(true, {">EHLO a", "250-peer", "250 AUTH"}), kNone);
  EXPECT_EQ(problem_after(true, {">EHLO a", "250"}), kNone);
  EXPECT_EQ(problem_after(true, {">EHLO a", "502 what?", ">HELO a", "250 AUTH"}), kNone);
  EXPECT_EQ(problem_after(true, {">EHLO a", "250 auth plain"}), kNone) << "libcurl does not know it either";
}

TEST(LoginOffer, IsNotKnownBeforeItIsMade) {
  EXPECT_EQ(problem_after(true, {"220 AUTH none", ">EHLO a"}), "");
  EXPECT_EQ(problem_after(true, {">EHLO a", "250-peer"}), "");
  EXPECT_EQ(problem_after(true, {">EHLO a", "421 busy"}), "");
  EXPECT_EQ(problem_after(true, {">EHLO a", "250 AUTH PLAIN", ">MAIL FROM:<a@b>", "250 ok"}), "");
}

TEST(LoginOffer, CountsOnlyOverTls) {
  EXPECT_EQ(problem_after(false, {">EHLO a", "250 STARTTLS"}), "");
  EXPECT_EQ(problem_after(false, {">EHLO a", "250 STARTTLS", ">STARTTLS", "220 go", ">EHLO a", "250 AUTH LOGIN"}), "");
  EXPECT_EQ(problem_after(false, {">EHLO a", "250 AUTH LOGIN", ">STARTTLS", "220 go", ">EHLO a", "250 peer"}), kNone);
}

}  // namespace
}  // namespace guildhall::mail
