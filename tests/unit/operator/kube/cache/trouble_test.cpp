// What people are told when a cache cannot be filled or kept: the log, what /readyz shows, how old the cache is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "operator/kube/informer.hpp"
#include "operator/kube/reflector.hpp"
#include "tests/unit/operator/kube/cache/scripted_server.hpp"
#include "tests/unit/operator/kube/captured_log.hpp"

namespace guildhall::kube {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::bookmark;
using tests::event;
using tests::gone;
using tests::item;
using tests::Item;

const std::string kForbidden = R"(secrets is forbidden: User "x" cannot list resource "secrets")";

class TroubleTest : public testing::Test {
 protected:
  // The life of a reflector until the script is over; everything at info and above that was logged.
  std::string run() {
    Reflector(informer_, client_, metrics_, pacing_.pacing()).run(server_->stop_token());
    return log_.text();
  }
  std::string not_ready() const {
    const auto synced = informer_.check_synced();
    return synced ? "" : synced.error().message;
  }

  tests::CapturedLog log_;
  std::shared_ptr<tests::ScriptedServer> server_ = std::make_shared<tests::ScriptedServer>();
  core::NoMetrics metrics_;
  tests::FakePacing pacing_;
  Client client_{server_, {}, metrics_};
  Informer<Item> informer_{
      core::types::secrets(), {.ns = "acme", .label_selector = "", .field_selector = ""}, tests::decode_item};
};

TEST_F(TroubleTest, AListThatIsRefusedIsWarnedOfOnceAndTheEndIsTold) {
  for (int times = 0; times < 3; ++times)
    server_->refuse(403, "Forbidden", kForbidden);
  server_->then([this](const LineHandler& on_line) {
    EXPECT_EQ(not_ready(), "secrets in namespace acme (cannot list: " + kForbidden + ")");
    on_line(bookmark(7, true));
    return HttpResponse{200, {}, ""};
  });
  EXPECT_EQ(run(), "warning cannot list secrets in namespace acme: " + kForbidden +
                       "; trying again until it works\n"
                       "info secrets in namespace acme can be listed and watched again, after 6 s\n");
  EXPECT_EQ(not_ready(), "");
}

TEST_F(TroubleTest, BeforeTheFirstAnswerNothingIsKnown) {
  EXPECT_EQ(not_ready(), "secrets in namespace acme (no whole list yet)");
}

TEST_F(TroubleTest, ATypeThatIsTakenAwayAtRunTimeIsWarnedOf) {
  server_->stream_of({bookmark(7, true)});
  server_->refuse(404, "NotFound", "the server could not find the requested resource");
  server_->stream_of({bookmark(9)});
  EXPECT_EQ(run(),
            "warning cannot watch secrets in namespace acme: the server could not find the requested resource; "
            "trying again until it works\n"
            "info secrets in namespace acme can be listed and watched again, after 1 s\n");
}

TEST_F(TroubleTest, AWatchThatStaysAwayIsWarnedOf) {
  server_->stream_of({bookmark(7, true)});
  for (int times = 0; times < 7; ++times)
    server_->fail(core::ErrorKind::Unavailable);
  EXPECT_THAT(run(), HasSubstr("warning cannot watch secrets in namespace acme: as the test wants it"));
}

TEST_F(TroubleTest, WhatIsNormalIsNotToldAboveDebug) {
  server_->refuse(422, "Invalid", "sendInitialEvents: Forbidden");
  server_->page_of({item("a", 5)}, 7);
  server_->stream_of({event("MODIFIED", item("a", 8))});
  server_->stream_of({gone()});
  server_->page_of({item("a", 8)}, 9);
  server_->stream_of({}, core::fail(core::ErrorKind::Unavailable, "cut off"));
  server_->stream_of({bookmark(12)});
  EXPECT_THAT(run(), IsEmpty());
}

// Something on the way cuts every watch off before a bookmark comes: each of them had worked until then.
TEST_F(TroubleTest, WatchesThatAreCutOffAfterAWhileAreNoTrouble) {
  server_->stream_of({bookmark(7, true)});
  for (int times = 0; times < 5; ++times) {
    server_->then([this](const LineHandler&) -> core::Result<HttpResponse> {
      pacing_.now += seconds(50);
      return core::fail(core::ErrorKind::Unavailable, "cut off");
    });
  }
  EXPECT_THAT(run(), IsEmpty());
}

class ContactTest : public TroubleTest {
 protected:
  /// In seconds.
  [[nodiscard]] double silence() const {
    return std::chrono::duration<double>(informer_.contact(pacing_.now).silence).count();
  }
  [[nodiscard]] std::string trouble() const { return informer_.contact(pacing_.now).trouble; }
  /// So much later, in the next answer, the contact is looked at by `look`; the stream then ends.
  void look_after(seconds time, const std::function<void()>& look) {
    server_->then([this, time, look](const LineHandler&) {
      server_->open();
      pacing_.now += time;
      look();
      return HttpResponse{200, {}, ""};
    });
  }
};

TEST_F(ContactTest, SaysNothingBeforeAllIsRead) {
  server_->refuse(403, "Forbidden", kForbidden);
  run();
  EXPECT_EQ(silence(), 0);
  EXPECT_EQ(trouble(), "");
}

TEST_F(ContactTest, BeginsAnewWithEachWatchListAndEvent) {
  server_->stream_of({bookmark(7, true)});
  look_after(seconds(50), [this] { EXPECT_EQ(silence(), 50) << "since the watch began"; });
  server_->then([this](const LineHandler& on_line) {
    server_->open();
    pacing_.now += seconds(70);
    EXPECT_EQ(silence(), 70);
    on_line(bookmark(8));
    EXPECT_EQ(silence(), 0);
    on_line(gone());
    return HttpResponse{200, {}, ""};
  });
  server_->stream_of({event("ADDED", item("a", 8)), bookmark(9, true)});
  run();
  EXPECT_EQ(silence(), 0);
  EXPECT_EQ(trouble(), "");
}

TEST_F(ContactTest, IsLostFromTheFirstFailureUntilTheServerAnswers) {
  server_->stream_of({bookmark(7, true)});
  look_after(seconds(20), [] {});
  server_->fail(core::ErrorKind::Unavailable);
  server_->then([this](const LineHandler&) {
    EXPECT_EQ(trouble(), "as the test wants it");
    EXPECT_GT(silence(), 20);
    server_->open();
    EXPECT_EQ(trouble(), "") << "before any event comes";
    EXPECT_EQ(silence(), 0);
    return HttpResponse{200, {}, ""};
  });
  run();
}

TEST_F(ContactTest, IsNotLostByAListThatMustBeAskedForAnew) {
  server_->stream_of({bookmark(7, true)});
  server_->stream_of({gone()});
  server_->then([this](const LineHandler&) {
    EXPECT_EQ(trouble(), "");
    return HttpResponse{200, {}, ""};
  });
  run();
}

}  // namespace
}  // namespace guildhall::kube
