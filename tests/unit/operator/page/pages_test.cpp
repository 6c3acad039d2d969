#include "operator/page/pages.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "tests/unit/operator/page/page_fixture.hpp"

namespace guildhall::page {
namespace {

using testing::HasSubstr;
using testing::Not;

const core::Timestamp kNow = *core::parse_timestamp("2026-11-24T10:00:00Z");

std::string page_of(const Invitation& invitation) {
  return invitation_page(invitation, *parse_public_url("https://join.example"), kToken, kNow);
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

Invitation hostile() {
  const std::string markup = "</title></style><script>alert(\"x\")</script><img src=x onerror='y'>\u202E";
  return {.organization = markup,
          .organization_display_name = markup,
          .role = markup,
          .inviter = markup,
          .email = markup,
          .users = {markup, markup},
          .member_display_name = markup,
          .expires_at = kNow};
}

std::vector<std::string> all_pages(const Invitation& invitation) {
  return {page_of(invitation),
          accepted_page(invitation),
          declined_page(invitation),
          not_open_page(),
          refused_page(invitation.organization_display_name),
          try_again_page("/invitations/" + invitation.organization),
          unknown_form_page("/invitations/" + invitation.organization),
          too_many_requests_page(std::chrono::seconds{5}),
          wrong_method_page(),
          start_page(),
          nothing_here_page()};
}

TEST(AcceptedPage, SaysAsWhomOneSignsIn) {
  struct Case {
    std::vector<std::string> users;
    const char* want;
  };
  for (const auto& [users, want] :
       {Case{{"somebody-else"}, "<p>Sign in to your platform as <bdi>somebody-else</bdi>. You can close this page"},
        Case{{"a", "b"}, "as <bdi>a</bdi> or <bdi>b</bdi>. "},
        Case{{"a", "b", "c"}, "as <bdi>a</bdi>, <bdi>b</bdi> or <bdi>c</bdi>. "},
        Case{{}, "<p>You can close this page"}}) {
    Invitation invitation = invitation_to_acme();
    invitation.users = users;
    EXPECT_THAT(accepted_page(invitation), HasSubstr(want));
    EXPECT_THAT(accepted_page(invitation), Not(HasSubstr(invitation.email)));
  }
}

TEST(EveryPage, IsOneDocumentWithATitleAndOneHeading) {
  for (const std::string& page : all_pages(invitation_to_acme())) {
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    EXPECT_THAT(page, HasSubstr("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"));
    for (const char* const once : {"<h1>", "</h1>", "<title>", "<main>", "</main>", "<style>", "</html>"})
      EXPECT_EQ(count(page, once), 1) << once << page;
  }
}

TEST(EveryPage, RunsAndLoadsNothing) {
  for (const std::string& page : all_pages(invitation_to_acme()))
    for (const char* const part :
         {"<script", "<link", "<img", "<iframe", "url(", "@import", "://", " style=", "onclick"})
      EXPECT_THAT(page, Not(HasSubstr(part)));
}

TEST(EveryPage, EscapesWhatOthersHaveChosen) {
  for (const std::string& page : all_pages(hostile())) {
    for (const char* const part : {"<script", "<img", "alert(\"", "onerror='", "\u202E"})
      EXPECT_THAT(page, Not(HasSubstr(part)));
    EXPECT_EQ(count(page, "</title>"), 1);
    EXPECT_EQ(count(page, "</style>"), 1);
  }
}

TEST(InvitationPage, LeavesOutWhatIsNotKnown) {
  Invitation invitation = invitation_to_acme();
  invitation.inviter = invitation.member_display_name = invitation.organization_display_name = "";
  const std::string page = page_of(invitation);
  EXPECT_THAT(page, Not(HasSubstr("Invited by")));
  EXPECT_THAT(page, HasSubstr("<p>You are invited"));
  EXPECT_THAT(page, HasSubstr("Join <bdi>acme</bdi>?"));
}

TEST(InvitationPage, SaysWhatEachRoleMeans) {
  for (const auto& [role, words] : std::vector<std::pair<std::string, std::string>>{
           {"Admin", "Manages members"}, {"Editor", "Changes deployments"}, {"Viewer", "changes nothing"}}) {
    Invitation invitation = invitation_to_acme();
    invitation.role = role;
    EXPECT_THAT(page_of(invitation), HasSubstr(words));
  }
}

TEST(WrittenDate, IsReadByPeople) {
  EXPECT_EQ(written_date(*core::parse_timestamp("2026-01-05T03:04:59.9Z")), "5 January 2026, 03:04 UTC");
  EXPECT_EQ(written_date(*core::parse_timestamp("2028-02-29T23:59:00Z")), "29 February 2028, 23:59 UTC");
  EXPECT_EQ(written_date(*core::parse_timestamp("1969-12-31T23:59:59Z")), "31 December 1969, 23:59 UTC");
}

TEST(WrittenDistance, IsRoundedDown) {
  using namespace std::chrono_literals;
  for (const auto& [left, want] :
       std::vector<std::pair<std::chrono::seconds, std::string>>{{720h, "in about 30 days"},
                                                                 {48h, "in about 2 days"},
                                                                 {48h - 1s, "in about 47 hours"},
                                                                 {24h, "in about 24 hours"},
                                                                 {1h, "in about 1 hour"},
                                                                 {1h - 1s, "in about 59 minutes"},
                                                                 {1min, "in about 1 minute"},
                                                                 {59s, "in less than a minute"},
                                                                 {0s, "in less than a minute"},
                                                                 {-1h, "in less than a minute"}})
    EXPECT_EQ(written_distance(kNow + left, kNow), want) << left.count();
}

TEST(TooManyRequests, SaysHowLongToWait) {
  EXPECT_THAT(too_many_requests_page(std::chrono::seconds{1}), HasSubstr("wait 1 second,"));
  EXPECT_THAT(too_many_requests_page(std::chrono::seconds{7}), HasSubstr("wait 7 seconds,"));
}

}  // namespace
}  // namespace guildhall::page
