// The page of invitations as an invitee sees it, in a real browser with scripts forbidden.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "operator/http/server.hpp"
#include "operator/page/form_guard.hpp"
#include "operator/page/page.hpp"
#include "tests/cluster/browser.hpp"
#include "tests/unit/operator/page/memory_invitations.hpp"
#include "tests/unit/operator/runtime/fake_clock.hpp"

namespace guildhall::page {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::cluster::AccessibleElement;
using tests::cluster::Browser;

constexpr const char* kToken = "tOk3n-of_the-invitation-of-jane-0123456789";

std::filesystem::path folder_of(const std::string& test) {
  return std::filesystem::path(testing::TempDir()) / ("page-" + test);
}

/// A page on a port of its own, seen through what a browser sends to it.
class Served {
 public:
  explicit Served(const std::string& host) : url_(host + ":" + std::to_string(port_of(recorder_))), page_(make()) {}

  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  ~Served() { recorder_.stop(); }  // before the page goes that it asks

  [[nodiscard]] std::string link(const std::string& token = kToken) const {
    return invitation_link(*parse_public_url(url_ + "/guildhall"), token);
  }
  [[nodiscard]] const std::string& url() const { return url_; }
  MemoryInvitations& invitations() { return invitations_; }
  /// Of the last form: a header field that the browser sent; "-": none.
  [[nodiscard]] std::string sent(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    const auto found = form_headers_.find(name);
    return found == form_headers_.end() ? "-" : found->second;
  }

 private:
  static std::uint16_t port_of(http::Server& server) { return server.start().value(); }

  Page make() {
    return {{.url = *parse_public_url(url_ + "/guildhall"), .trusted_proxies = {}, .limits = {}},
            {.invitations = invitations_,
             .clock = clock_,
             .steady = std::chrono::steady_clock::now,
             .metrics = metrics_,
             .log = [](const std::string&) {},
             .stop = {}}};
  }

  http::Response answer(const http::Request& request) {
    if (request.method == "POST") {
      const std::scoped_lock lock(mutex_);
      form_headers_ = request.headers;
    }
    return page_.answer(request);
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::string> form_headers_;
  MemoryInvitations invitations_;
  tests::FakeWallClock clock_;
  core::NoMetrics metrics_;
  http::Server recorder_{"127.0.0.1:0", [this](const http::Request& request) { return answer(request); }};
  std::string url_;
  Page page_;
};

class InvitationPage : public testing::Test {
 protected:
  InvitationPage() {
    served_.invitations().add(kToken, invitation_to_acme());
    browser_.forbid_scripts();
  }
  ~InvitationPage() override { std::filesystem::remove_all(folder_); }

  void shoot(const std::string& name) {
    browser_.screenshot(std::filesystem::path(GUILDHALL_SOURCE_DIR) / "build/shots" / (name + ".png"));
  }
  void reach(const std::string& button) {
    for (int tabs = 0; browser_.focused() != button && tabs < 10; ++tabs)
      browser_.press("Tab");
    ASSERT_EQ(browser_.focused(), button);
  }

  std::filesystem::path folder_ = folder_of(testing::UnitTest::GetInstance()->current_test_info()->name());
  Served served_{"http://127.0.0.1"};
  Browser browser_{folder_};
};

TEST_F(InvitationPage, RunsNoScriptHere) {
  browser_.open("data:text/html,<p>unchanged</p><script>document.body.innerText='changed'</script>");
  EXPECT_THAT(browser_.text(), HasSubstr("unchanged"));
}

TEST_F(InvitationPage, IsAcceptedWithTheMouse) {
  browser_.open(served_.link());
  EXPECT_EQ(browser_.status(), 200);
  for (const char* const part : {"Join Acme Metrics?", "Editor", "ada@acme.example", "jane@acme.example",
                                 "25 November 2026, 10:00 UTC", "Hello Jane Doe, you are invited"})
    EXPECT_THAT(browser_.text(), HasSubstr(part));
  EXPECT_EQ(served_.invitations().answer_to(kToken), "");
  shoot("invitation");
  browser_.click("Accept");
  EXPECT_EQ(browser_.status(), 200);
  EXPECT_THAT(browser_.text(), HasSubstr("You have joined Acme Metrics"));
  EXPECT_EQ(served_.invitations().answer_to(kToken), "accept");
  EXPECT_THAT(browser_.complaints(), IsEmpty());
  shoot("invitation-accepted");
}

TEST_F(InvitationPage, IsAcceptedWithTheKeyboard) {
  for (const char* const key : {"Enter", "Space"}) {
    served_.invitations().add(kToken, invitation_to_acme());
    browser_.open(served_.link());
    reach("Accept");
    shoot("invitation-keyboard");
    browser_.press(key);
    browser_.await_load();
    EXPECT_THAT(browser_.text(), HasSubstr("You have joined Acme Metrics"));
  }
}

TEST_F(InvitationPage, IsDeclined) {
  browser_.open(served_.link());
  browser_.click("Decline");
  EXPECT_THAT(browser_.text(), HasSubstr("You have declined the invitation"));
  EXPECT_EQ(served_.invitations().answer_to(kToken), "decline");
  shoot("invitation-declined");
}

TEST_F(InvitationPage, TellsWhoComesAgainThatNothingIsLeftToDo) {
  browser_.open(served_.link());
  browser_.click("Accept");
  browser_.reload();
  EXPECT_EQ(browser_.status(), 404);
  EXPECT_THAT(browser_.text(), HasSubstr("Then you are a member, and there is nothing left to do here."));
  browser_.back();
  browser_.reload();
  EXPECT_THAT(browser_.text(), HasSubstr("This invitation is not open"));
  EXPECT_EQ(served_.invitations().answer_to(kToken), "accept");
}

TEST_F(InvitationPage, LeadsFromTheAddressOfAFormBackToTheInvitation) {
  browser_.open(served_.link() + "/accept");
  EXPECT_EQ(browser_.url(), served_.link());
  EXPECT_THAT(browser_.text(), HasSubstr("Join Acme Metrics?"));
}

TEST_F(InvitationPage, SaysLittleOfAWrongLink) {
  browser_.open(served_.link("tOk3n-of_nobody-at-all-0123456789"));
  EXPECT_EQ(browser_.status(), 404);
  EXPECT_THAT(browser_.text(), HasSubstr("ask the person who invited you"));
  EXPECT_THAT(browser_.text(), Not(HasSubstr("Acme")));
  shoot("invitation-not-open");
}

TEST_F(InvitationPage, LeadsBackWhenNothingCanBeTold) {
  browser_.open(served_.link());
  served_.invitations().fail_with({.answer = Answer::TryAgain, .words = {}});
  browser_.click("Accept");
  EXPECT_EQ(browser_.status(), 503);
  shoot("invitation-try-again");
  served_.invitations().fail_with({});
  browser_.click("Back to the invitation");
  browser_.click("Accept");
  EXPECT_THAT(browser_.text(), HasSubstr("You have joined"));
}

// Fetch, "append a request Origin header": no-referrer makes the origin null; what is left is Sec-Fetch-Site.
TEST_F(InvitationPage, SendsItsFormsWithoutOriginAndReferer) {
  browser_.open(served_.link());
  browser_.click("Accept");
  EXPECT_EQ(served_.sent("origin"), "null");
  EXPECT_EQ(served_.sent("referer"), "-");
  EXPECT_EQ(served_.sent("sec-fetch-site"), "same-origin");
}

TEST_F(InvitationPage, IsAcceptedOverPlainHttpWhereBrowsersSayLess) {
  Served plain("http://join.test");
  plain.invitations().add(kToken, invitation_to_acme());
  browser_.open(plain.link());
  browser_.click("Accept");
  EXPECT_EQ(plain.sent("origin"), "null");
  EXPECT_EQ(plain.sent("sec-fetch-site"), "-");
  EXPECT_EQ(plain.invitations().answer_to(kToken), "accept");
}

/// A site of somebody else that knows the link and posts to it when it is opened.
TEST_F(InvitationPage, TakesNoFormOfAnotherSite) {
  http::Server foreign("127.0.0.1:0", [this](const http::Request&) -> http::Response {
    return {.content_type = "text/html",
            .body = "<form method=post action=\"" + served_.link() + "/accept\"><input type=hidden name=proof value=" +
                    form_proof(kToken, Place::Accept) + "><button>Win</button></form>",
            .headers = {}};
  });
  browser_.open("http://evil.test:" + std::to_string(foreign.start().value()));
  browser_.click("Win");
  EXPECT_EQ(browser_.status(), 403);
  EXPECT_EQ(served_.sent("sec-fetch-site"), "cross-site");
  EXPECT_EQ(served_.invitations().answer_to(kToken), "");
  EXPECT_THAT(browser_.text(), HasSubstr("Your answer was not taken"));
  shoot("invitation-foreign-form");
}

TEST_F(InvitationPage, TellsScreenReadersWhatItIs) {
  browser_.open(served_.link());
  const auto elements = browser_.accessible_elements();
  EXPECT_THAT(elements, Contains(AccessibleElement{"RootWebArea", "Invitation to Acme Metrics"}));
  EXPECT_THAT(elements, Contains(AccessibleElement{"heading", "Join Acme Metrics?"}).Times(1));
  EXPECT_THAT(elements, Contains(testing::Field(&AccessibleElement::role, "heading")).Times(1));
  EXPECT_THAT(elements, Contains(AccessibleElement{"button", "Accept"}).Times(1));
  EXPECT_THAT(elements, Contains(AccessibleElement{"button", "Decline"}).Times(1));
}

TEST_F(InvitationPage, FitsOnPhones) {
  for (const auto& [name, screen] :
       std::map<std::string, tests::cluster::Screen>{{"phone", {.width = 375, .height = 812, .phone = true}},
                                                     {"narrow", {.width = 320, .height = 568, .phone = true}}}) {
    browser_.set_screen(screen);
    browser_.open(served_.link());
    EXPECT_FALSE(browser_.scrolls_sideways()) << name;
    shoot("invitation-" + name);
  }
}

TEST_F(InvitationPage, HoldsNamesOfAnyKind) {
  Invitation invitation = invitation_to_acme();
  invitation.organization_display_name = std::string(253, 'W') + "<b>\u202Eemca</b>";
  invitation.inviter = std::string(200, 'i') + "@example.com";
  invitation.member_display_name = "<script>document.body.innerText=''</script>";
  served_.invitations().add(kToken, invitation);
  browser_.set_screen({.width = 320, .height = 568, .phone = true});
  browser_.open(served_.link());
  EXPECT_FALSE(browser_.scrolls_sideways());
  EXPECT_THAT(browser_.text(), HasSubstr("W<b>emca</b>?"));
  EXPECT_THAT(browser_.text(), HasSubstr("Hello <script>"));
  shoot("invitation-long-names");
}

TEST_F(InvitationPage, HoldsNamesInOtherScripts) {
  Invitation invitation = invitation_to_acme();
  invitation.organization_display_name = "מדדי אקמה";
  invitation.member_display_name = "Γιάννα Νόρα";
  served_.invitations().add(kToken, invitation);
  browser_.open(served_.link());
  EXPECT_THAT(browser_.text(), HasSubstr("Join מדדי אקמה?"));
  shoot("invitation-other-scripts");
}

TEST_F(InvitationPage, FollowsADarkScheme) {
  browser_.set_dark(true);
  browser_.open(served_.link());
  EXPECT_EQ(browser_.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(18, 21, 28)");
  shoot("invitation-dark");
  browser_.click("Accept");
  shoot("invitation-accepted-dark");
}

}  // namespace
}  // namespace guildhall::page
