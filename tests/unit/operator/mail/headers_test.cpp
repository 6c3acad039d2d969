#include "operator/mail/headers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "tests/unit/operator/mail/sample_mail.hpp"

namespace guildhall::mail {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

struct LineCase {
  std::string name;
  std::string text;
  std::string want;
};

class OneLine : public testing::TestWithParam<LineCase> {};

TEST_P(OneLine, HoldsNothingThatEndsALineOrHides) {
  EXPECT_EQ(one_line(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(All, OneLine,
                         testing::Values(LineCase{"Plain", "Acme Metrics Ltd", "Acme Metrics Ltd"},
                                         LineCase{"Empty", "", ""}, LineCase{"OnlySpaces", " \t\r\n ", ""},
                                         LineCase{"Breaks", "a\r\nBcc: eve@evil.example", "a  Bcc: eve@evil.example"},
                                         LineCase{"Controls", std::string("a\0b\x01\x1b[31m\x7f!", 11), "ab[31m!"},
                                         LineCase{"UnicodeBreaks", "a\u2028b\u2029c\u0085d", "a b c d"},
                                         LineCase{"Directions", "a\u202E\u2066\u200Fb", "ab"},
                                         LineCase{"OtherLetters", "Zo\u00EB \u65E5\u672C \U0001F600",
                                                  "Zo\u00EB \u65E5\u672C \U0001F600"},
                                         LineCase{"NoUtf8", "a\xC3(\x80\xFF\xC0\xAF\xED\xA0\x80z", "a(z"},
                                         LineCase{"CutCharacter", "a\xE6\x97", "a"}),
                         [](const auto& info) { return info.param.name; });

TEST(Headers, OfAPlainMail) {
  EXPECT_THAT(header_lines(sample_mail()),
              ElementsAre("Date: Tue, 25 Nov 2025 10:00:00 +0000", "From: Guildhall\r\n <guildhall@acme.example>",
                          "To: Jane Doe\r\n <jane@acme.example>", "Subject: Your invitation to Acme",
                          "Message-ID: <0123456789abcdef@guildhall.acme.example>", "Auto-Submitted: auto-generated"));
}

TEST(Headers, WithoutNamesHaveTheAddressesAlone) {
  Message message = sample_mail();
  message.from_name = message.to_name = "";
  EXPECT_THAT(header_lines(message),
              AllOf(Contains("From: <guildhall@acme.example>"), Contains("To: <jane@acme.example>")));
}

TEST(Headers, EncodeWhatIsNotPlain) {
  Message message = sample_mail();
  message.from_name = "Acme, Ltd.";
  message.to_name = "Zo\u00EB";
  message.subject = "Caf\u00E9 & more";
  EXPECT_THAT(header_lines(message), AllOf(Contains("From: =?UTF-8?Q?Acme=2C_Ltd=2E?=\r\n <guildhall@acme.example>"),
                                           Contains("To: =?UTF-8?Q?Zo=C3=AB?=\r\n <jane@acme.example>"),
                                           Contains("Subject: =?UTF-8?Q?Caf=C3=A9_=26_more?=")));
}

TEST(Headers, DoNotPassOnWhatSomebodyElseEncoded) {
  Message message = sample_mail();
  message.subject = "=?UTF-8?B?ZXZpbA==?=";
  EXPECT_THAT(header_lines(message), Contains("Subject: =?UTF-8?Q?=3D=3FUTF=2D8=3FB=3FZXZpbA=3D=3D=3F=3D?="));
}

TEST(Headers, PartLongTextsBetweenCharacters) {
  Message message = sample_mail();
  for (int i = 0; i < 40; ++i)
    message.subject += "\u65E5";
  const auto lines = header_lines(message);
  const auto subject = std::ranges::find_if(lines, [](const auto& line) { return line.starts_with("Subject: "); });
  ASSERT_NE(subject, lines.end());
  EXPECT_THAT(*subject, HasSubstr("=E6=97=A5?=\r\n =?UTF-8?Q?=E6=97=A5"));
}

/// The lines as a reader of RFC 5322 sees them before it unfolds them.
std::vector<std::string> physical_lines(const std::vector<std::string>& headers) {
  std::vector<std::string> lines;
  for (std::string rest : headers) {
    for (auto end = rest.find("\r\n"); end != std::string::npos; end = rest.find("\r\n")) {
      lines.push_back(rest.substr(0, end));
      rest.erase(0, end + 2);
    }
    lines.push_back(rest);
  }
  return lines;
}

bool is_harmless(const std::string& line) {
  const auto is_printable = [](char letter) { return letter >= 0x20 && letter < 0x7F; };
  return line.size() <= 78 && std::ranges::all_of(line, is_printable);
}

TEST(Headers, WhateverNamesAndSubjectHoldThereAreNoOthers) {
  const auto evil = rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "\r\n", "\n", "\r", "\r\nBcc: eve@evil.example\r\n", "\r\n\r\n<html>", "a", " ", "\t", "\0", "=?UTF-8?Q?",
          "?=", "\"", "\\", "<", ">", ",", "\u00E9", "\u65E5", "\u2028", "\xFF", "\xC3", "x@y")),
      [](const std::vector<std::string>& parts) {
        std::string text;
        for (const auto& part : parts)
          text += part;
        return text;
      });
  rc::check([&] {
    Message message = sample_mail();
    message.from_name = *evil;
    message.to_name = *evil;
    message.subject = *evil;
    const auto headers = header_lines(message);
    RC_ASSERT(headers.size() == 6U);
    for (const auto& line : physical_lines(headers))
      RC_ASSERT(is_harmless(line));
    for (const auto& header : headers) {
      for (auto at = header.find("\r\n"); at != std::string::npos; at = header.find("\r\n", at + 1))
        RC_ASSERT(header.compare(at + 2, 1, " ") == 0);
    }
  });
}

}  // namespace
}  // namespace guildhall::mail
