#include "operator/page/page.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "tests/unit/operator/page/page_fixture.hpp"

namespace guildhall::page {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ThePage : public PageFixture {};

TEST_F(ThePage, ShowsWhatIsAsked) {
  const auto response = page_.answer(get(path_of(kToken)));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
  for (const char* const part :
       {"Hello <bdi>Jane Doe</bdi>, you are invited", "Join <bdi>Acme Metrics</bdi>?", "<small>acme</small>", "Editor",
        "ada@acme.example", "jane@acme.example", "25 November 2026, 10:00 UTC", "datetime=\"2026-11-25T10:00:00Z\"",
        "in about 24 hours", ">Accept</button>", ">Decline</button>"})
    EXPECT_THAT(response.body, HasSubstr(part));
  EXPECT_THAT(response.body, HasSubstr("action=\"" + path_of(kToken) + "/accept\""));
  EXPECT_THAT(response.body, HasSubstr("action=\"" + path_of(kToken) + "/decline\""));
}

TEST_F(ThePage, KnowsItsLinkHoweverItIsWritten) {
  for (const std::string& path :
       {path_of("%74Ok3n%2Dof%5f" + std::string(kToken).substr(9)), path_of(kToken) + "/", path_of(kToken) + "."}) {
    const auto response = page_.answer(get(path));
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_THAT(response.body, HasSubstr("action=\"" + path_of(kToken) + "/accept\"")) << path;
  }
}

TEST_F(ThePage, ChangesNothingWhenItIsRead) {
  for (const char* const method : {"GET", "HEAD"}) {
    for (const std::string end : {"", "/accept", "/decline"}) {
      auto request = get(path_of(kToken) + end);
      request.method = method;
      const auto response = page_.answer(request);
      EXPECT_EQ(response.status, end.empty() ? 200 : 303) << method << end;
    }
  }
  EXPECT_EQ(invitations_.answer_to(kToken), "");
  EXPECT_TRUE(log_.empty());
}

TEST_F(ThePage, SendsWhoOpensTheAddressOfAFormToTheInvitation) {
  const auto response = page_.answer(get(path_of(kToken) + "/accept"));
  EXPECT_EQ(response.headers.at("Location"), path_of(kToken));
}

TEST_F(ThePage, TakesAnAcceptance) {
  const auto response = page_.answer(post(kToken, Place::Accept));
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("You have joined <bdi>Acme Metrics</bdi>"));
  EXPECT_EQ(invitations_.answer_to(kToken), "accept");
}

TEST_F(ThePage, TakesARefusal) {
  const auto response = page_.answer(post(kToken, Place::Decline));
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("You have declined"));
  EXPECT_EQ(invitations_.answer_to(kToken), "decline");
}

// A wrong, used, withdrawn (all: unknown to Invitations) or malformed token, read or answered, and an answer that came
// too late.
TEST_F(ThePage, HasOneAnswerForAllThatIsNotOpen) {
  const auto wrong = page_.answer(get(path_of(kOtherToken)));
  EXPECT_EQ(wrong.status, 404);
  EXPECT_THAT(wrong.body, HasSubstr("is not open"));
  EXPECT_EQ(page_.answer(post(kToken, Place::Accept)).status, 200);
  const std::string too_long(129, 'a');
  for (const std::string& token : {std::string(kToken), std::string(kOtherToken), std::string(), std::string("short"),
                                   too_long, std::string("../../etc/passwd"), std::string(kToken) + "%2F",
                                   std::string(kToken) + "%00", std::string(kToken) + "/x"}) {
    EXPECT_TRUE(is_same(page_.answer(get(path_of(token))), wrong)) << token;
    EXPECT_TRUE(is_same(page_.answer(post(token, Place::Accept)), wrong)) << token;
    EXPECT_TRUE(is_same(page_.answer(post(token, Place::Decline)), wrong)) << token;
    now_ += std::chrono::hours(1);
  }
  invitations_.add(kToken, invitation_to_acme());
  invitations_.fail_with({.answer = Answer::NotOpen, .words = {}});
  EXPECT_TRUE(is_same(page_.answer(post(kToken, Place::Accept)), wrong));
}

TEST_F(ThePage, SaysToTryAgainWhileNothingCanBeTold) {
  invitations_.lose_sight(core::ErrorKind::Unavailable);
  for (const auto& request : {get(path_of(kToken)), post(kToken, Place::Accept)}) {
    const auto response = page_.answer(request);
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.headers.at("Retry-After"), "5");
    EXPECT_THAT(response.body, HasSubstr("href=\"" + path_of(kToken) + "\""));
  }
}

TEST_F(ThePage, SaysToTryAgainWhenTheApiServerDoesNotAnswer) {
  invitations_.fail_with({.answer = Answer::TryAgain, .words = {}});
  EXPECT_EQ(page_.answer(post(kToken, Place::Accept)).status, 503);
}

TEST_F(ThePage, SaysWhyAnAnswerIsRefused) {
  invitations_.fail_with({.answer = Answer::Refused, .words = "The organization is <full>."});
  const auto response = page_.answer(post(kToken, Place::Accept));
  EXPECT_EQ(response.status, 409);
  EXPECT_THAT(response.body, HasSubstr("The organization is &lt;full&gt;."));
}

TEST_F(ThePage, TakesOneOfManyAnswersAtOnce) {
  std::vector<int> statuses(8);
  {
    std::vector<std::jthread> threads;
    threads.reserve(statuses.size());
    for (int& status : statuses)
      threads.emplace_back([&] { status = page_.answer(post(kToken, Place::Accept)).status; });
  }
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), 1);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 404), 7);
}

TEST_F(ThePage, TakesOnlyFormsOfItsOwn) {
  auto request = post(kToken, Place::Accept);
  request.headers["sec-fetch-site"] = "cross-site";
  EXPECT_EQ(page_.answer(request).status, 403);
  request = post(kToken, Place::Accept);
  request.body = "proof=" + form_proof(kToken, Place::Decline);
  EXPECT_EQ(page_.answer(request).status, 403);
  request = post(kToken, Place::Accept);
  request.headers["content-type"] = "text/plain";
  EXPECT_EQ(page_.answer(request).status, 415);
  EXPECT_EQ(invitations_.answer_to(kToken), "");
}

TEST_F(ThePage, TellsNobodyWhetherALinkIsOpenWhenTheFormIsForeign) {
  auto open = post(kToken, Place::Accept);
  auto wrong = post(kOtherToken, Place::Accept);
  open.headers["origin"] = wrong.headers["origin"] = "https://evil.example";
  EXPECT_EQ(page_.answer(open).status, page_.answer(wrong).status);
}

struct PathCase {
  std::string method;
  std::string path;
  int status;
  std::string allow;
};

TEST_F(ThePage, KnowsItsPathsAndMethods) {
  const std::string link = path_of(kToken);
  for (const auto& [method, path, status, allow] : std::vector<PathCase>{
           {"GET", "/guildhall/", 200, ""},
           {"GET", "/guildhall", 200, ""},
           {"HEAD", "/guildhall/", 200, ""},
           {"GET", "/guildhall/robots.txt", 200, ""},
           {"GET", "/", 404, ""},
           {"GET", "/robots.txt", 404, ""},
           {"GET", "/guildhallx", 404, ""},
           {"GET", "/guildhall/invitations", 404, ""},
           {"GET", "/guildhall/metrics", 404, ""},
           {"DELETE", "/guildhall/nothing", 404, ""},
           {"GET", "/invitations/" + std::string(kToken), 404, ""},
           {"POST", "/guildhall/", 405, "GET, HEAD"},
           {"POST", link, 405, "GET, HEAD"},
           {"PUT", link, 405, "GET, HEAD"},
           {"OPTIONS", link + "/accept", 405, "GET, HEAD, POST"},
           {"DELETE", link + "/decline", 405, "GET, HEAD, POST"},
           {"get", link, 405, "GET, HEAD"},
       }) {
    auto request = get(path);
    request.method = method;
    const auto response = page_.answer(request);
    EXPECT_EQ(response.status, status) << method << " " << path;
    EXPECT_EQ(response.headers.contains("Allow") ? response.headers.at("Allow") : "", allow) << method << " " << path;
  }
  EXPECT_EQ(page_.answer(get("/guildhall/robots.txt")).body, "User-agent: *\nDisallow: /\n");
}

TEST_F(ThePage, CountsByRouteAndCode) {
  for (const auto& request : {get(path_of(kToken)), get(path_of(kOtherToken)), get("/guildhall/wp-login.php"),
                              get("/guildhall/admin"), post(kToken, Place::Accept)})
    page_.answer(request);
  EXPECT_EQ(metrics_.value("guildhall_page_requests_total{route=\"invitation\",code=\"200\"}"), 1);
  EXPECT_EQ(metrics_.value("guildhall_page_requests_total{route=\"invitation\",code=\"404\"}"), 1);
  EXPECT_EQ(metrics_.value("guildhall_page_requests_total{route=\"unknown\",code=\"404\"}"), 2);
  EXPECT_EQ(metrics_.value("guildhall_page_requests_total{route=\"accept\",code=\"200\"}"), 1);
}

TEST_F(ThePage, LogsAnswersWithoutTheToken) {
  page_.answer(get(path_of(kToken)));
  page_.answer(post(kToken, Place::Accept));
  const std::string hash = crypto::sha256_hex(kToken);
  EXPECT_THAT(log_, ElementsAre("page: accept of invitation " + hash.substr(0, 8) + ": done"));
}

TEST_F(ThePage, ShowsTheTokenNowhereButInItsForms) {
  const std::string body = page_.answer(get(path_of(kToken))).body;
  std::size_t count = 0;
  for (auto at = body.find(kToken); at != std::string::npos; at = body.find(kToken, at + 1))
    ++count;
  EXPECT_EQ(count, 2);
  EXPECT_THAT(page_.answer(post(kToken, Place::Accept)).body, Not(HasSubstr(kToken)));
}

TEST_F(ThePage, BoundsTheGuessesOfOneClientAndLetsOthersPass) {
  int wrong = 0;
  while (page_.answer(get(path_of(kOtherToken))).status == 404)
    ASSERT_LT(++wrong, 20);
  EXPECT_EQ(wrong, 11);
  auto guess = get(path_of(kOtherToken));
  const auto refused = page_.answer(guess);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.at("Retry-After"), "1");
  guess.peer = "192.0.2.8";
  EXPECT_EQ(page_.answer(guess).status, 404);
  now_ += std::chrono::seconds(6);
  EXPECT_EQ(page_.answer(get(path_of(kToken))).status, 200);
}

TEST_F(ThePage, LetsManyVisitsFromOneAddressPass) {
  for (int visit = 0; visit < 40; ++visit) {
    invitations_.add(kToken, invitation_to_acme());
    ASSERT_EQ(page_.answer(get(path_of(kToken))).status, 200) << visit;
    ASSERT_EQ(page_.answer(post(kToken, Place::Accept)).status, 200) << visit;
  }
}

}  // namespace
}  // namespace guildhall::page
