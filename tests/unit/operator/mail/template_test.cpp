#include "operator/mail/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <yaml-cpp/yaml.h>

namespace guildhall::mail {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kLink = "https://guildhall.acme.example/i/token?a=1&b=2";

Invitation sample(const std::string& organization = "Acme Metrics Ltd") {
  return {.organization = organization,
          .display_name = "Jane Doe",
          .role = "Editor",
          .inviter = "ada@acme.example",
          .email = "jane@acme.example",
          .link = core::SecretText(kLink),
          .expires_at = core::Timestamp(std::chrono::seconds(1'764'064'800)),
          .ttl = std::chrono::hours(24)};
}

std::string error_of(const std::map<std::string, std::string>& data) {
  const auto parsed = parse_templates(data);
  return parsed ? "nothing was said against it" : parsed.error().message;
}

TEST(Template, TheDefaultSaysAllThatAnInvitedPersonMustKnow) {
  const auto mail = render(default_invitation(), sample());
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->subject, "Your invitation to Acme Metrics Ltd");
  for (const auto* part : {&mail->text, &mail->html}) {
    EXPECT_THAT(
        std::string(part->reveal()),
        AllOf(HasSubstr("Jane Doe"), HasSubstr("ada@acme.example"), HasSubstr("Acme Metrics Ltd"), HasSubstr("Editor"),
              HasSubstr("24 hours"), HasSubstr("2025-11-25 10:00 UTC"), Not(HasSubstr("{{"))));
  }
  EXPECT_THAT(std::string(mail->text.reveal()), HasSubstr("\n" + std::string(kLink) + "\n"));
  const std::string escaped = "https://guildhall.acme.example/i/token?a=1&amp;b=2";
  EXPECT_THAT(
      std::string(mail->html.reveal()),
      AllOf(HasSubstr("<html lang=\"en\">"), HasSubstr("href=\"" + escaped + "\""), HasSubstr(">" + escaped + "</a>")));
}

TEST(Template, WhatIsAbsentIsTheDefault) {
  const auto texts = parse_templates({{"invitation.subject", "Come to {{ organization }}"}});
  ASSERT_TRUE(texts);
  EXPECT_EQ(texts->text, default_invitation().text);
  EXPECT_EQ(texts->html, default_invitation().html);
  EXPECT_EQ(render(*texts, sample())->subject, "Come to Acme Metrics Ltd");
  EXPECT_EQ(parse_templates({}), default_invitation());
}

TEST(Template, EveryPlaceholderIsFilledIn) {
  const auto texts = parse_templates(
      {{"invitation.txt",
        "{{organization}}|{{displayName}}|{{role}}|{{inviter}}|{{email}}|{{link}}|{{expiresAt}}|{{ttl}}"}});
  ASSERT_TRUE(texts);
  EXPECT_EQ(render(*texts, sample())->text.reveal(),
            "Acme Metrics Ltd|Jane Doe|Editor|ada@acme.example|jane@acme.example|" + std::string(kLink) +
                "|2025-11-25 10:00 UTC|24 hours");
}

TEST(Template, WithoutNamesTheEmailAndTheOrganizationStandForThem) {
  Invitation invitation = sample();
  invitation.display_name = invitation.inviter = "";
  const auto texts = parse_templates({{"invitation.txt", "{{displayName}}|{{inviter}}|{{link}}"}});
  EXPECT_TRUE(render(*texts, invitation)->text.reveal().starts_with("jane@acme.example|Acme Metrics Ltd|"));
}

TEST(Template, TheConfigMapOfTheDocumentationIsOne) {
  const YAML::Node config_map = YAML::LoadFile(GUILDHALL_SOURCE_DIR "/docs/mail/templates.yaml");
  const auto data = config_map["data"].as<std::map<std::string, std::string>>();
  EXPECT_EQ(data.size(), 3U);
  const auto texts = parse_templates(data);
  ASSERT_TRUE(texts) << texts.error().message;
  EXPECT_EQ(render(*texts, sample())->subject, "Acme Metrics Ltd on Acme Monitoring");
}

struct TtlCase {
  std::chrono::seconds ttl;
  std::string want;
};

class TemplateTtl : public testing::TestWithParam<TtlCase> {};

TEST_P(TemplateTtl, IsSaidAsPeopleSayIt) {
  Invitation invitation = sample();
  invitation.ttl = GetParam().ttl;
  const auto texts = parse_templates({{"invitation.subject", "{{ttl}}"}});
  EXPECT_EQ(render(*texts, invitation)->subject, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(All, TemplateTtl,
                         testing::Values(TtlCase{std::chrono::hours(24), "24 hours"},
                                         TtlCase{std::chrono::hours(48), "2 days"},
                                         TtlCase{std::chrono::hours(1), "1 hour"},
                                         TtlCase{std::chrono::minutes(90), "90 minutes"},
                                         TtlCase{std::chrono::seconds(30), "30 seconds"}));

struct BadCase {
  std::string name;
  std::map<std::string, std::string> data;
  std::string said;
};

class BadTemplates : public testing::TestWithParam<BadCase> {};

TEST_P(BadTemplates, AreNamed) {
  EXPECT_THAT(error_of(GetParam().data), HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadTemplates,
    testing::Values(
        BadCase{
            "UnknownKey",
            {{"invitation.text", "x"}},
            "invitation.text: the key is unknown; there are invitation.subject, invitation.txt and invitation.html"},
        BadCase{"UnknownPlaceholder",
                {{"invitation.txt", "{{link}} {{token}}"}},
                "invitation.txt: the placeholder {{token}} is unknown; there are {{organization}}, {{displayName}}, "},
        BadCase{"NoLink", {{"invitation.html", "<p>Come</p>"}}, "invitation.html: it must hold {{link}}"},
        BadCase{
            "LinkInTheSubject", {{"invitation.subject", "{{link}}"}}, "invitation.subject: it must not hold {{link}}"},
        BadCase{"NotClosed", {{"invitation.txt", "{{link}} {{role"}}, "invitation.txt: a {{ is not closed"},
        BadCase{"Empty", {{"invitation.txt", ""}}, "invitation.txt: it must have 1 to 65536 bytes"},
        BadCase{"TooLong", {{"invitation.txt", "{{link}}" + std::string(65'536, 'x')}}, "1 to 65536 bytes"}),
    [](const auto& info) { return info.param.name; });

TEST(Template, WhatIsNotUtf8IsNamed) {
  for (const char* const key : {"invitation.subject", "invitation.txt", "invitation.html"}) {
    const auto parsed = parse_templates({}, {key});
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind, core::ErrorKind::Invalid);
    EXPECT_THAT(parsed.error().message, HasSubstr(std::string(key) + ": it is no text in UTF-8"));
  }
  const auto unknown = parse_templates({}, {"logo.png"});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("logo.png: the key is unknown"));
}

TEST(Template, RenderRefusesTextsThatNobodyChecked) {
  EXPECT_FALSE(render({.subject = "{{nobody}}", .text = "{{link}}", .html = "{{link}}"}, sample()));
}

TEST(Template, AValueBringsNoMarkupAndNoPlaceholders) {
  const auto mail = render(default_invitation(), sample("<script>alert('x')</script> \"&\" {{link}}"));
  ASSERT_TRUE(mail);
  const std::string html(mail->html.reveal());
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &quot;&amp;&quot; {{link}}"));
  EXPECT_THAT(mail->subject, AllOf(HasSubstr("{{link}}"), Not(HasSubstr("token"))));
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

TEST(Template, WhateverValuesHoldTheFormOfAMailIsTheSame) {
  const auto plain = render(default_invitation(), sample());
  const auto evil = rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                                     "{{", "}}", "{{link}}", "{{ role }}", "link", "<", ">", "\"", "'", "&", "</p>",
                                     "\r\n", "\n", "\u2028", "\0", "Bcc: x", "\u00E9", "a")),
                                 [](const std::vector<std::string>& parts) {
                                   std::string text = "x";
                                   for (const auto& part : parts)
                                     text += part;
                                   return text;
                                 });
  rc::check([&] {
    Invitation invitation = sample(*evil);
    invitation.display_name = *evil;
    invitation.inviter = *evil;
    const auto mail = render(default_invitation(), invitation);
    RC_ASSERT(mail.has_value());
    RC_ASSERT(count(mail->subject, "\n") + count(mail->subject, "\r") == 0U);
    RC_ASSERT(count(mail->text.reveal(), "\n") == count(plain->text.reveal(), "\n"));
    RC_ASSERT(count(mail->text.reveal(), "/i/token") == 1U);
    RC_ASSERT(count(mail->html.reveal(), "/i/token") == count(plain->html.reveal(), "/i/token"));
    for (const char* markup : {"<", ">", "\"", "'", "\n"})
      RC_ASSERT(count(mail->html.reveal(), markup) == count(plain->html.reveal(), markup));
  });
}

}  // namespace
}  // namespace guildhall::mail
