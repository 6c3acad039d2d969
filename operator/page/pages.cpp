#include "operator/page/pages.hpp"

#include <fmt/format.h>

#include <array>

#include "operator/page/form_guard.hpp"
#include "operator/page/html.hpp"
#include "operator/page/stylesheet.hpp"

namespace guildhall::page {
namespace {

/// One page. `over`: the line above the heading; both as HTML.
struct Content {
  std::string title;
  std::string over;
  std::string heading;
  std::string body;
};

std::string document(const Content& content) {
  return fmt::format(R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>{}</title>
<style>{}</style>
</head>
<body>
<header>
<svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M3 9.5 12 4l9 5.5zM5.5 10v8M10 10v8M14 10v8M18.5 10v8M3 20.5h18"></path></svg>
Guildhall
</header>
<main>
{}<h1>{}</h1>
{}</main>
</body>
</html>
)",
                     content.title, stylesheet(), content.over, content.heading, content.body);
}

std::string over(std::string_view text) {
  return fmt::format("<p class=\"over\">{}</p>\n", text);
}

std::string over_good(std::string_view text) {
  return fmt::format("<p class=\"over good\">{}</p>\n", text);
}

std::string_view name_of(const Invitation& invitation) {
  return invitation.organization_display_name.empty() ? invitation.organization : invitation.organization_display_name;
}

/// What a role means, in the words of docs/roles.md.
std::string_view meaning_of(std::string_view role) {
  if (role == "Admin") return "Manages members, API keys and billing; changes deployments.";
  if (role == "Editor") return "Changes deployments and notifications; sees members and API keys.";
  if (role == "Viewer") return "Sees deployments, members and API keys; changes nothing.";
  return {};
}

/// `value` and `detail` as HTML; the detail may be empty.
std::string fact(std::string_view name, std::string_view value, std::string_view detail) {
  const std::string small = detail.empty() ? std::string{} : fmt::format("<small>{}</small>", detail);
  return fmt::format("<div><dt>{}</dt><dd>{}{}</dd></div>\n", name, value, small);
}

std::string facts(const Invitation& invitation, core::Timestamp now) {
  std::string list = "<dl>\n";
  list += fact("Organization", isolated(name_of(invitation)), escape(invitation.organization));
  list += fact("Your role", escape(invitation.role), meaning_of(invitation.role));
  if (!invitation.inviter.empty()) list += fact("Invited by", isolated(invitation.inviter), {});
  list += fact("Your email", isolated(invitation.email), {});
  list += fact("Open until",
               fmt::format("<time datetime=\"{}\">{}</time>", core::format_timestamp(invitation.expires_at),
                           written_date(invitation.expires_at)),
               written_distance(invitation.expires_at, now));
  return list + "</dl>\n";
}

struct Button {
  Place place = Place::Unknown;
  std::string_view name;
  std::string_view style;
};

std::string form(const PublicUrl& url, std::string_view token, const Button& button) {
  return fmt::format(
      "<form method=\"post\" action=\"{}/{}\"><input type=\"hidden\" name=\"{}\" value=\"{}\">"
      "<button type=\"submit\"{}>{}</button></form>\n",
      escape(invitation_path(url, token)), label_of(button.place), kProofField, form_proof(token, button.place),
      button.style, button.name);
}

std::string introduction(const Invitation& invitation) {
  constexpr std::string_view kInvited = "ou are invited to become a member of this organization.";
  if (invitation.member_display_name.empty()) return fmt::format("<p>Y{}</p>\n", kInvited);
  return fmt::format("<p>Hello {}, y{}</p>\n", isolated(invitation.member_display_name), kInvited);
}

/// "Sign in to your platform as jane, jane@old or jane@new."
std::string how_to_sign_in(const std::vector<std::string>& users) {
  std::string names;
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (i > 0) names += i + 1 == users.size() ? " or " : ", ";
    names += isolated(users[i]);
  }
  return names.empty() ? std::string{} : fmt::format("Sign in to your platform as {}. ", names);
}

std::string back_to(std::string_view path) {
  return fmt::format("<p><a class=\"button main\" href=\"{}\">Back to the invitation</a></p>\n", escape(path));
}

std::string about(std::int64_t count, std::string_view unit) {
  return fmt::format("in about {} {}{}", count, unit, count == 1 ? "" : "s");
}

}  // namespace

std::string written_date(core::Timestamp time) {
  constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::minutes>(time - day));
  return fmt::format("{} {} {}, {:02}:{:02} UTC", static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count());
}

std::string written_distance(core::Timestamp time, core::Timestamp now) {
  using std::chrono::floor;
  const auto left = time - now;
  if (left >= std::chrono::days{2}) return about(floor<std::chrono::days>(left).count(), "day");
  if (left >= std::chrono::hours{1}) return about(floor<std::chrono::hours>(left).count(), "hour");
  if (left >= std::chrono::minutes{1}) return about(floor<std::chrono::minutes>(left).count(), "minute");
  return "in less than a minute";
}

std::string invitation_page(const Invitation& invitation, const PublicUrl& url, std::string_view token,
                            core::Timestamp now) {
  const std::string forms = form(url, token, {.place = Place::Accept, .name = "Accept", .style = " class=\"main\""}) +
                            form(url, token, {.place = Place::Decline, .name = "Decline", .style = ""});
  return document(
      {.title = fmt::format("Invitation to {}", escape(name_of(invitation))),
       .over = over("Invitation"),
       .heading = fmt::format("Join {}?", isolated(name_of(invitation))),
       .body = introduction(invitation) + facts(invitation, now) + "<div class=\"actions\">\n" + forms +
               "</div>\n<p class=\"note\">Nothing happens until you choose. If you did not expect this invitation, "
               "decline it or close this page.</p>\n"});
}

std::string accepted_page(const Invitation& invitation) {
  return document(
      {.title = fmt::format("You have joined {}", escape(name_of(invitation))),
       .over = over_good("Invitation accepted"),
       .heading = fmt::format("You have joined {}", isolated(name_of(invitation))),
       .body = fmt::format("<p>Your role is <strong>{}</strong>. It takes effect within a few moments.</p>\n"
                           "<p>{}You can close this page; its link has done its work.</p>\n",
                           escape(invitation.role), how_to_sign_in(invitation.users))});
}

std::string declined_page(const Invitation& invitation) {
  return document({.title = "You have declined the invitation",
                   .over = over("Invitation declined"),
                   .heading = "You have declined the invitation",
                   .body = fmt::format("<p>You have not joined {}, and this link is closed.</p>\n"
                                       "<p>If you change your mind, ask for a new invitation.</p>\n",
                                       isolated(name_of(invitation)))});
}

std::string not_open_page() {
  return document({.title = "This invitation is not open",
                   .over = over("Invitation"),
                   .heading = "This invitation is not open",
                   .body = "<p>The link is not valid, or not any more: an invitation can be answered once, and for a "
                           "limited time.</p>\n<ul>\n"
                           "<li>Have you already accepted it? Then you are a member, and there is nothing left to do "
                           "here.</li>\n"
                           "<li>Did you copy the link? Make sure that it is complete.</li>\n"
                           "<li>Otherwise ask the person who invited you, or an administrator of the organization, for "
                           "a new invitation.</li>\n</ul>\n"});
}

std::string refused_page(std::string_view words) {
  return document({.title = "Your answer was not accepted",
                   .over = over("Invitation"),
                   .heading = "Your answer was not accepted",
                   .body = fmt::format("<p>{}</p>\n<p>Ask an administrator of the organization what to do.</p>\n",
                                       isolated(words))});
}

std::string try_again_page(std::string_view path) {
  return document({.title = "Please try again",
                   .over = over("Invitation"),
                   .heading = "Please try again in a moment",
                   .body = "<p>Our systems did not answer in time. Go back to the invitation: it shows whether your "
                           "answer is still needed.</p>\n" +
                           back_to(path)});
}

std::string unknown_form_page(std::string_view path) {
  return document({.title = "Your answer was not taken",
                   .over = over("Invitation"),
                   .heading = "Your answer was not taken",
                   .body = "<p>It did not come from the page of the invitation, or your browser does not say where it "
                           "came from. Nothing has changed.</p>\n<p>Open the invitation and answer there. If this page "
                           "comes again, use another browser.</p>\n" +
                           back_to(path)});
}

std::string too_many_requests_page(std::chrono::seconds wait) {
  return document({.title = "Too many requests",
                   .over = "",
                   .heading = "Too many requests",
                   .body = fmt::format("<p>Please wait {} second{}, then load the page again. Your invitation is not "
                                       "affected.</p>\n",
                                       wait.count(), wait.count() == 1 ? "" : "s")});
}

std::string wrong_method_page() {
  return document({.title = "Not possible here",
                   .over = "",
                   .heading = "This is not possible here",
                   .body = "<p>Open the link from your invitation in a browser.</p>\n"});
}

std::string start_page() {
  return document({.title = "Invitations",
                   .over = "",
                   .heading = "Invitations",
                   .body = "<p>This is where invitations to organizations are answered. To see yours, open the link "
                           "that you were sent.</p>\n"});
}

std::string nothing_here_page() {
  return document({.title = "There is nothing here",
                   .over = "",
                   .heading = "There is nothing here",
                   .body = "<p>If you were invited, open the link from your invitation again, and make sure that it is "
                           "complete.</p>\n"});
}

}  // namespace guildhall::page
