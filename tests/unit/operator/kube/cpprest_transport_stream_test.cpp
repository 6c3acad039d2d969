// A stream of lines over the transport: how it is handed out, ends, is stopped, and holds the server back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/unit/operator/kube/cpprest_transport_fixture.hpp"
#include "tests/unit/operator/kube/raw_server.hpp"

namespace guildhall::kube {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(CpprestTransportStreamTest, HandsOutEachLineAsItArrives) {
  std::vector<std::promise<void>> received(4);
  RawServer const server([&](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    // The next line leaves only when the one before has been handed out: a line held back would hang here.
    connection.write_chunk("one\n");
    received[0].get_future().wait();
    connection.write_chunk("tw");
    connection.write_chunk("o\n");
    received[1].get_future().wait();
    connection.write_chunk("three\nfour\nfi");
    received[3].get_future().wait();
    connection.write_chunk("ve\n");
    connection.write("0\r\n\r\n");
    connection.wait_until_closed();
  });
  std::vector<std::string> lines;
  const auto ended = transport_to(server.url())
                         ->stream(request_of("GET"), hours(1),
                                  [&](std::string_view line) {
                                    lines.emplace_back(line);
                                    if (lines.size() <= received.size()) received[lines.size() - 1].set_value();
                                    return true;
                                  },
                                  {});
  ASSERT_TRUE(ended) << failure_of(ended);
  EXPECT_EQ(ended->status, 200);
  EXPECT_THAT(lines, ElementsAre("one", "two", "three", "four", "five"));
}

/// What a stream came to, and its lines.
struct Streamed {
  bool opened = false;
  std::vector<std::string> lines;
  core::Result<HttpResponse> end;
};

Streamed stream_from(const RawServer& server, milliseconds silence = hours(1), std::size_t most = 1000,
                     const std::stop_token& stop = {}) {
  Streamed streamed;
  HttpRequest request = request_of("GET");
  request.on_open = [&streamed] { streamed.opened = streamed.lines.empty(); };
  streamed.end = transport_to(server.url())
                     ->stream(
                         request, silence,
                         [&](std::string_view line) {
                           streamed.lines.emplace_back(line);
                           return streamed.lines.size() < most;
                         },
                         stop);
  return streamed;
}

TEST(CpprestTransportStreamTest, SaysTimeoutWhenAStreamFallsSilent) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.write_chunk("one\n");
    connection.wait_until_closed();
  });
  const auto streamed = stream_from(server, milliseconds(200));
  EXPECT_TRUE(streamed.opened);
  EXPECT_EQ(kind_of(streamed.end), "Timeout");
  EXPECT_THAT(streamed.lines, ElementsAre("one"));
}

TEST(CpprestTransportStreamTest, SaysUnavailableWhenAStreamIsCut) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.write_chunk("one\ntw");
  });
  const auto streamed = stream_from(server);
  EXPECT_EQ(kind_of(streamed.end), "Unavailable");
  EXPECT_THAT(streamed.lines, ElementsAre("one"));
}

/// The lines are whole, and yet some may be missing: the chunk that ends a body has not come.
TEST(CpprestTransportStreamTest, SaysUnavailableWhenAStreamIsCutBetweenLines) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.write_chunk("one\n");
  });
  const auto streamed = stream_from(server);
  EXPECT_EQ(kind_of(streamed.end), "Unavailable");
  EXPECT_THAT(streamed.lines, ElementsAre("one"));
}

TEST(CpprestTransportStreamTest, SaysUnavailableWhenAStreamEndsInALine) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.write_chunk("one\ntw");
    connection.write("0\r\n\r\n");
    connection.wait_until_closed();
  });
  EXPECT_THAT(failure_of(stream_from(server).end), HasSubstr(": the stream ended in the middle of a line"));
}

TEST(CpprestTransportStreamTest, HandsBackWhatARefusedStreamSaid) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(http_answer(410, "{\n\"code\":410}\n"));
    connection.wait_until_closed();
  });
  const auto streamed = stream_from(server);
  ASSERT_TRUE(streamed.end) << failure_of(streamed.end);
  EXPECT_EQ(streamed.end->status, 410);
  EXPECT_EQ(streamed.end->body, "{\n\"code\":410}\n");
  EXPECT_FALSE(streamed.opened);
  EXPECT_TRUE(streamed.lines.empty());
}

TEST(CpprestTransportStreamTest, ClosesAStreamThatIsNotWantedAnyMore) {
  std::promise<void> closed;
  RawServer const server([&](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.write_chunk("one\ntwo\n");
    connection.wait_until_closed();
    closed.set_value();
  });
  const auto streamed = stream_from(server, hours(1), 1);
  EXPECT_EQ(failure_of(streamed.end), "");
  EXPECT_THAT(streamed.lines, ElementsAre("one"));
  closed.get_future().wait();
}

TEST(CpprestTransportStreamTest, LeavesAHangingStreamWhenStoppedAndServesTheNextRequest) {
  std::promise<void> hanging;
  std::promise<void> closed;
  RawServer const server([&](RawServer::Connection& connection) {
    const auto request = connection.read_request();
    if (request.find("watch") == std::string::npos) {
      connection.write(http_answer(200, "{}"));
      connection.wait_until_closed();
      return;
    }
    connection.write(chunked_head(200));
    hanging.set_value();
    connection.wait_until_closed();
    closed.set_value();
  });
  const auto transport = transport_to(server.url());
  std::stop_source stop;
  std::jthread const stopper([&] {
    hanging.get_future().wait();
    stop.request_stop();
  });
  auto watch = request_of("GET");
  watch.target = "/watch";
  EXPECT_EQ(
      kind_of(transport->stream(watch, hours(1), [](std::string_view) { return true; }, stop.get_token())), "Canceled");
  closed.get_future().wait();
  EXPECT_EQ(failure_of(transport->send(request_of("GET"), {})), "");
}

TEST(CpprestTransportStreamTest, RefusesALineThatIsTooLong) {
  RawServer const server([](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    const std::string part(1U << 20U, 'x');
    while (connection.write_chunk(part)) {
    }
  });
  EXPECT_THAT(failure_of(stream_from(server).end), HasSubstr(": a line of the stream is longer than 16777216 bytes"));
}

TEST(CpprestTransportStreamTest, ASlowReaderHoldsTheServerBackInsteadOfFillingMemory) {
  std::promise<bool> held_back;
  RawServer const server([&](RawServer::Connection& connection) {
    connection.read_request();
    connection.write(chunked_head(200));
    connection.give_up_writing_after(300);
    const std::string line = std::string(1U << 20U, 'x') + "\n";
    bool written = true;
    for (int i = 0; written && i < 256; ++i)
      written = connection.write_chunk(line);
    held_back.set_value(!written);
  });
  bool was_held_back = false;
  const auto ended = transport_to(server.url())
                         ->stream(request_of("GET"), hours(1),
                                  [&](std::string_view) {
                                    was_held_back = held_back.get_future().get();
                                    return false;
                                  },
                                  {});
  EXPECT_EQ(failure_of(ended), "");
  EXPECT_TRUE(was_held_back);
}

}  // namespace
}  // namespace guildhall::kube
