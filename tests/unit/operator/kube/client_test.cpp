#include "operator/kube/client.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <nlohmann/json.hpp>
#include <thread>

#include "operator/kube/watch_event.hpp"
#include "tests/unit/operator/kube/captured_log.hpp"
#include "tests/unit/operator/kube/client_fixture.hpp"

namespace guildhall::kube {
namespace {

using core::ErrorKind;
using core::types::secrets;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

TEST_F(ClientTest, AsksForNothingByWhatIsNoName) {
  const auto removed = client().remove(secrets(), {"acme", "key/status"}, {});
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().kind, core::ErrorKind::Invalid);
  EXPECT_THAT(removed.error().describe(), testing::HasSubstr("key/status"));
}

TEST_F(ClientTest, AsksAgainWhenThrottledAndWaitsAsTold) {
  transport->then_answer(429, "", {{"retry-after", "2"}}).then_answer(429).then_answer(200, R"({"kind":"Secret"})");
  const auto found = client().get(secrets(), kKey);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->at("kind"), "Secret");
  EXPECT_THAT(pauses, ElementsAre(milliseconds(2'000), milliseconds(200)));
  EXPECT_THAT(metrics.counts(),
              testing::IsSupersetOf({Pair("rest_client_requests_total code=429 method=GET host=api:6443", 2.0),
                                     Pair("rest_client_requests_total code=200 method=GET host=api:6443", 1.0),
                                     Pair("rest_client_request_retries_total code=429 verb=GET host=api:6443", 2.0),
                                     Pair("rest_client_request_duration_seconds verb=GET host=api:6443", 3.0)}));
}

TEST_F(ClientTest, SaysWhichFlowSchemaThrottlesIfTheServerDoes) {
  const tests::CapturedLog log;
  transport->then_answer(429).then_answer(429, "", {{"x-kubernetes-pf-flowschema-uid", ""}});
  transport->then_answer(429, "", {{"x-kubernetes-pf-flowschema-uid", "u-1"}}).then_answer(200, "{}");
  ASSERT_EQ(kind_of(client().get(secrets(), kKey)), "");
  EXPECT_EQ(log.text(),
            "warning the API server asks to slow down: get Secret acme/x\n"
            "warning the API server asks to slow down: get Secret acme/x\n"
            "warning the API server asks to slow down: get Secret acme/x (flow schema u-1)\n");
}

TEST_F(ClientTest, GivesUpAfterTheLastAttempt) {
  options.max_attempts = 3;
  transport->then_answer(429, R"({"kind":"Status","code":429,"reason":"TooManyRequests","message":"slow down"})");
  const auto found = client().get(secrets(), kKey);
  ASSERT_EQ(kind_of(found), "TooManyRequests");
  EXPECT_EQ(found.error().message, "slow down");
  EXPECT_EQ(found.error().object, "Secret acme/x");
  EXPECT_THAT(transport->requests(), SizeIs(3));
}

TEST_F(ClientTest, WaitsNoLongerThanItsUserAllows) {
  options.longest_wait = milliseconds(1'000);
  transport->then_answer(429);
  const auto found = client().get(secrets(), kKey);
  ASSERT_EQ(kind_of(found), "TooManyRequests");
  EXPECT_THAT(pauses, ElementsAre(milliseconds(100), milliseconds(200), milliseconds(400)));
}

TEST_F(ClientTest, TellsNothingOfARefusalThatMustNotBeTold) {
  options.strike = [](const std::string& words) { return words.substr(0, words.find(" and ")); };
  transport->then_answer(
      403, R"({"kind":"Status","code":403,"reason":"Forbidden","message":"no to a-secret-of-ours and more"})");
  const nlohmann::json secret = {{"kind", "Secret"}, {"stringData", {{"entry", "a-secret-of-ours"}}}};
  const auto made = client().create(secrets(), "acme", secret);
  ASSERT_EQ(kind_of(made), "Forbidden");
  EXPECT_EQ(made.error().message, "no to [struck out]");
}

TEST_F(ClientTest, TakesAFailedServersWordThatItWillBeBack) {
  transport->then_answer(503, "", {{"retry-after", "1"}}).then_answer(200);
  EXPECT_EQ(kind_of(client().create(secrets(), "acme", nlohmann::json::object())), "");
  EXPECT_THAT(pauses, ElementsAre(milliseconds(1'000)));
}

TEST_F(ClientTest, DoesNotAskAFailedServerAgain) {
  transport->then_answer(503).then_answer(200);
  EXPECT_EQ(kind_of(client().get(secrets(), kKey)), "Unavailable");
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

struct LostCase {
  const char* name;
  std::function<core::Result<void>(Client&)> call;
  std::size_t sent;
};

template <class T>
core::Result<void> outcome_of(core::Result<T> result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

class LostConnectionTest : public ClientTest, public testing::WithParamInterface<LostCase> {};

TEST_P(LostConnectionTest, IsFollowedByAnotherAttemptOnlyWhereThatIsSafe) {
  transport->then_fail(ErrorKind::Unavailable);
  auto under_test = client();
  EXPECT_EQ(kind_of(GetParam().call(under_test)), "Unavailable");
  EXPECT_THAT(transport->requests(), SizeIs(GetParam().sent));
}

const std::vector<LostCase> kLostCases{
    {"Get", [](Client& c) { return outcome_of(c.get(secrets(), kKey)); }, 3},
    {"List", [](Client& c) { return outcome_of(c.list(secrets(), {})); }, 3},
    {"Create", [](Client& c) { return outcome_of(c.create(secrets(), "acme", {{"a", 1}})); }, 1},
    {"Apply", [](Client& c) { return outcome_of(c.apply(secrets(), kKey, {{"a", 1}}, {})); }, 3},
    {"MergePatch", [](Client& c) { return outcome_of(c.merge_patch(secrets(), kKey, {{"a", 1}})); }, 3},
    {"Replace", [](Client& c) { return outcome_of(c.replace(secrets(), kKey, {{"a", 1}})); }, 3},
    {"RemoveOfOneUid", [](Client& c) { return c.remove(secrets(), kKey, {.uid = "u", .resource_version = {}}); }, 3},
    {"RemoveOfAnyUid", [](Client& c) { return c.remove(secrets(), kKey, {}); }, 1},
    {"ReviewToken", [](Client& c) { return outcome_of(c.review_token("t", {})); }, 3},
    {"ReviewAccess", [](Client& c) { return outcome_of(c.review_access({})); }, 3},
    {"Watch", [](Client& c) { return c.watch(secrets(), {}, [](WatchEvent&&) { return true; }, {}); }, 1}};
INSTANTIATE_TEST_SUITE_P(Calls, LostConnectionTest, testing::ValuesIn(kLostCases),
                         [](const auto& info) { return info.param.name; });

TEST_F(ClientTest, ALostConnectionIsForgottenWhenTheNextAttemptSucceeds) {
  transport->then_fail(ErrorKind::Unavailable).then_answer(200);
  EXPECT_EQ(kind_of(client().apply(secrets(), kKey, {{"a", 1}}, {})), "");
  EXPECT_THAT(metrics.counts(),
              testing::IsSupersetOf({Pair("rest_client_requests_total code=<error> method=PATCH host=api:6443", 1.0),
                                     Pair("guildhall_writes_total verb=patch resource=secrets", 1.0)}));
}

TEST_F(ClientTest, SendsRenewedCredentialsOnce) {
  const auto refused = [](const HttpRequest&, const LineHandler*, const std::stop_token&) {
    HttpResponse response{.status = 401, .headers = {}, .body = {}};
    response.credentials_renewed = true;
    return core::Result<HttpResponse>(response);
  };
  transport->then(refused).then_answer(200);
  EXPECT_EQ(kind_of(client().get(secrets(), kKey)), "");
  transport = std::make_shared<FakeTransport>();
  transport->then(refused);
  EXPECT_EQ(kind_of(client().get(secrets(), kKey)), "Unauthorized");
  EXPECT_THAT(transport->requests(), SizeIs(2));
  transport = std::make_shared<FakeTransport>();
  transport->then(refused);
  EXPECT_EQ(kind_of(client().watch(secrets(), {}, [](WatchEvent&&) { return true; }, {})), "Unauthorized");
  EXPECT_THAT(transport->requests(), SizeIs(2));
}

TEST_F(ClientTest, AsksTheWriteGuardBeforeEachAttemptOfAWrite) {
  int asked = 0;
  options.write_guard = [&]() -> core::Result<void> {
    if (++asked < 3) return {};
    return core::fail(ErrorKind::Canceled, "no longer the leader");
  };
  transport->then_answer(429);
  const auto applied = client().apply(secrets(), kKey, {{"a", 1}}, {});
  ASSERT_EQ(kind_of(applied), "Canceled");
  EXPECT_EQ(applied.error().describe(), "the write was held back: no longer the leader");
  EXPECT_THAT(transport->requests(), SizeIs(2));
}

TEST_F(ClientTest, AHeldBackWriteIsNeitherSentNorTriedAgain) {
  options.write_guard = [] { return core::Result<void>(core::fail(ErrorKind::Unavailable, "unknown")); };
  transport->then_answer(200);
  auto under_test = client();
  EXPECT_EQ(kind_of(under_test.create(secrets(), "acme", {{"a", 1}})), "Unavailable");
  EXPECT_EQ(kind_of(under_test.merge_patch(secrets(), kKey, {{"a", 1}})), "Unavailable");
  EXPECT_EQ(kind_of(under_test.replace(secrets(), kKey, {{"a", 1}})), "Unavailable");
  EXPECT_EQ(kind_of(under_test.remove(secrets(), kKey, {})), "Unavailable");
  EXPECT_THAT(transport->requests(), IsEmpty());
  EXPECT_THAT(metrics.counts(), IsEmpty());
}

TEST_F(ClientTest, WhatChangesNothingPassesTheWriteGuardAndIsNoWrite) {
  options.write_guard = [] { return core::Result<void>(core::fail(ErrorKind::Canceled, "not the leader")); };
  transport->then_answer(200);
  auto under_test = client();
  EXPECT_EQ(kind_of(under_test.get(secrets(), kKey)), "");
  EXPECT_EQ(kind_of(under_test.apply(secrets(), kKey, {{"a", 1}}, {.subresource = {}, .dry_run = true})), "");
  EXPECT_EQ(kind_of(under_test.review_token("t", {})), "");
  EXPECT_EQ(kind_of(under_test.review_access({})), "");
  for (const auto& [name, value] : metrics.counts())
    EXPECT_EQ(name.find("guildhall_writes_total"), std::string::npos) << name;
}

TEST_F(ClientTest, ARefusedWriteReachedTheServer) {
  transport->then_answer(409);
  EXPECT_EQ(kind_of(client().create(secrets(), "acme", {{"a", 1}})), "Conflict");
  EXPECT_EQ(metrics.counts()["guildhall_writes_total verb=create resource=secrets"], 1.0);
}

TEST_F(ClientTest, StopsWhileItWaitsForTheNextAttempt) {
  stop_at_pause = true;
  transport->then_answer(429);
  EXPECT_EQ(kind_of(client().get(secrets(), kKey)), "Canceled");
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

TEST_F(ClientTest, GivesEachAttemptItsTimeAndEachWatchItsSilence) {
  options.timeout = milliseconds(1234);
  transport->then_answer(200);
  auto under_test = client();
  ASSERT_EQ(kind_of(under_test.get(secrets(), kKey)), "");
  EXPECT_EQ(transport->last_request().timeout, milliseconds(1234));
  WatchOptions watch;
  watch.silence = milliseconds(77);
  ASSERT_EQ(kind_of(under_test.watch(secrets(), watch, [](WatchEvent&&) { return true; }, {})), "");
  EXPECT_EQ(transport->last_silence(), milliseconds(77));
}

/// A transport step that holds every request until the test lets them go.
class Turnstile {
 public:
  core::Result<HttpResponse> pass() {
    std::unique_lock lock(mutex_);
    ++inside_;
    most_ = std::max(most_, inside_);
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --inside_;
    return HttpResponse{.status = 200, .headers = {}, .body = "{}"};
  }
  void wait_until_inside(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ >= count; });
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] int most() const { return most_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int inside_ = 0;
  int most_ = 0;
};

TEST_F(ClientTest, KeepsNoMoreRequestsUnderWayThanItMay) {
  options.max_in_flight = 3;
  Turnstile turnstile;
  transport->then([&](const HttpRequest&, const LineHandler*, const std::stop_token&) { return turnstile.pass(); });
  auto under_test = client();
  std::vector<std::jthread> callers;
  callers.reserve(12);
  for (int i = 0; i < 12; ++i)
    callers.emplace_back([&] { EXPECT_EQ(kind_of(under_test.get(secrets(), kKey)), ""); });
  turnstile.wait_until_inside(3);
  // A fourth that wanted in is stopped at the door, while all places are taken.
  std::stop_source stop;
  std::jthread fourth([&] { EXPECT_EQ(kind_of(under_test.get(secrets(), kKey, stop.get_token())), "Canceled"); });
  stop.request_stop();
  fourth.join();
  turnstile.open();
  callers.clear();
  EXPECT_EQ(turnstile.most(), 3);
  EXPECT_THAT(transport->requests(), SizeIs(12));
}

TEST_F(ClientTest, KnowsWhatIsServed) {
  transport->then_answer(200, R"({"resources":[{"name":"secrets"},{"name":"secrets/status"},7]})");
  EXPECT_EQ(client().serves(secrets()), true);
  transport = std::make_shared<FakeTransport>();
  transport->then_answer(200, R"({"resources":[{"name":"pods"}]})");
  EXPECT_EQ(client().serves(secrets()), false);
  transport = std::make_shared<FakeTransport>();
  transport->then_answer(404, "404 page not found");
  EXPECT_EQ(client().serves(secrets()), false);
  transport = std::make_shared<FakeTransport>();
  transport->then_answer(503);
  EXPECT_EQ(kind_of(client().serves(secrets())), "Unavailable");
}

TEST_F(ClientTest, RefusesToSendWhatIsNoUtf8) {
  transport->then_answer(200);
  EXPECT_EQ(kind_of(client().apply(secrets(), kKey, {{"a", "\xff"}}, {})), "Invalid");
  EXPECT_THAT(transport->requests(), IsEmpty());
}

}  // namespace
}  // namespace guildhall::kube
