// What strangers can send to each port of the running product: no answer that another reader would take for another
// request's, memory with a bound, and others are served meanwhile.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include "tests/cluster/http_get.hpp"
#include "tests/integration/operator_fixture.hpp"
#include "tests/unit/operator/http/raw_client.hpp"
#include "tests/unit/operator/http/tls_client.hpp"

namespace guildhall::tests {
namespace {

/// A port of the product.
enum class Listener { Gate, Metrics, Page, Serving };

const char* name_of(Listener listener) {
  switch (listener) {
    case Listener::Gate:
      return "Gate";
    case Listener::Metrics:
      return "Metrics";
    case Listener::Page:
      return "Page";
    default:
      return "Serving";
  }
}

/// Over TLS or not.
class Client {
 public:
  Client(std::uint16_t port, bool over_tls) {
    if (over_tls)
      tls_ = std::make_unique<http::TlsClient>(port, "", http::TlsOptions{.believes_all = true});
    else
      plain_ = std::make_unique<http::RawClient>(port);
  }
  bool send(std::string_view bytes) { return tls_ ? tls_->send(bytes) : plain_->send(bytes); }
  std::optional<http::RawResponse> receive() { return tls_ ? tls_->receive() : plain_->receive(); }
  std::string receive_rest() { return tls_ ? tls_->receive_rest() : plain_->receive_rest(); }
  void end_sending() {
    if (tls_)
      tls_->say_goodbye();
    else
      plain_->end_sending();
  }

 private:
  std::unique_ptr<http::RawClient> plain_;
  std::unique_ptr<http::TlsClient> tls_;
};

/// How often a client may send that before it is cut off; `most` ends it.
int times_taken(Client& client, const std::string& piece, int most) {
  int taken = 0;
  while (taken < most && client.send(piece))
    ++taken;
  return taken;
}

class Hostile : public OperatorFixture, public testing::WithParamInterface<Listener> {
 protected:
  static void SetUpTestSuite() {
    // As a shell starts it; this process needs more.
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const rlimit few{1'024, limit.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    // A sanitizer keeps what was freed, 256 MB of it, which would be measured too.
    // NOLINTBEGIN(concurrency-mt-unsafe): there is no other thread yet
    const char* options = std::getenv("ASAN_OPTIONS");
    ::setenv("ASAN_OPTIONS", fmt::format("{}:quarantine_size_mb=8", options == nullptr ? "" : options).c_str(), 1);
    // NOLINTEND(concurrency-mt-unsafe)
    page_port_ = cluster::free_port();
    start_operator({"--public-url=https://page.example", fmt::format("--public-listen=127.0.0.1:{}", page_port_)});
    const rlimit many{limit.rlim_max, limit.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &many);
  }

  [[nodiscard]] static std::uint16_t port() {
    switch (GetParam()) {
      case Listener::Gate:
        return operator_->gate_port();
      case Listener::Metrics:
        return operator_->metrics_port();
      case Listener::Page:
        return page_port_;
      default:
        return serving_port();
    }
  }
  /// Of the webhooks: each start has another.
  static std::uint16_t serving_port() {
    const std::string log = operator_->log();
    const std::string before = "webhooks on port ";
    return static_cast<std::uint16_t>(std::stoi(log.substr(log.rfind(before) + before.size())));
  }
  [[nodiscard]] static Client connect() { return {port(), GetParam() == Listener::Serving}; }
  /// What this port answers to somebody who asks as one should.
  [[nodiscard]] static std::string good_request(const std::string& fields = "") {
    static const std::map<Listener, std::string> kPaths{{Listener::Gate, "/auth/none/none"},
                                                        {Listener::Metrics, "/healthz"},
                                                        {Listener::Page, "/"},
                                                        {Listener::Serving, "/healthz"}};
    return fmt::format("GET {} HTTP/1.1\r\nHost: a\r\nX-Original-URI: /\r\n{}\r\n", kPaths.at(GetParam()), fields);
  }
  static int good_status() {
    Client client = connect();
    client.send(good_request("Connection: close\r\n"));
    return client.receive().value_or(http::RawResponse{}).status;
  }
  /// All answers to these bytes, until the server closes: "400 400".
  static std::string statuses(const std::string& bytes) {
    Client client = connect();
    client.send(bytes);
    static const std::regex kStatusLine("HTTP/1\\.1 ([0-9]{3})");
    const std::string rest = client.receive_rest();
    std::string found;
    for (std::sregex_iterator at(rest.begin(), rest.end(), kStatusLine), end; at != end; ++at)
      found += (found.empty() ? "" : " ") + at->str(1);
    return found;
  }
  /// VmRSS of the operator, in MB.
  static double memory() {
    std::ifstream status(fmt::format("/proc/{}/status", operator_->pid()));
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1'000;
    }
    return 0;
  }
  /// Others are served all the while.
  static void expect_served() { EXPECT_NE(good_status(), 0) << "somebody else is kept out"; }

  static inline std::uint16_t page_port_ = 0;
};

/// So that a proxy before it and this server never see two different requests.
TEST_P(Hostile, GetNoAnswerToWhatTwoReadersCouldReadInTwoWays) {
  const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\n";
  const std::map<std::string, std::string> bytes{
      {"CL.TE", head + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden},
      {"TE.CL", head + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n" + hidden + "0\r\n\r\n"},
      {"TwoLengths", head + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + hidden},
      {"ALengthThatIsNone", head + "Content-Length: +5\r\n\r\n" + hidden},
      {"AnEncodingOfNoName", head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden},
      {"TwoEncodings", head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + hidden},
      {"AnEncodingBehindATab", head + "Transfer-Encoding:\tchunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n" + hidden},
      {"ASpaceBeforeTheColon", head + "Content-Length : 40\r\n\r\n" + hidden},
      {"AFoldedLine", head + "X: a\r\n Content-Length: 40\r\n\r\n" + hidden},
      {"NoHost", "GET / HTTP/1.1\r\n\r\n" + hidden},
      {"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + hidden},
      {"ABadChunk", head + "Transfer-Encoding: chunked\r\n\r\nz\r\n" + hidden},
      {"AChunkThatIsTooShort", head + "Transfer-Encoding: chunked\r\n\r\n5\r\nab\r\n0\r\n\r\n" + hidden},
      {"ANulByte", std::string("GET /") + '\0' + " HTTP/1.1\r\nHost: a\r\n\r\n" + hidden},
      {"NoRequest", "\x16\x03\x01\x02\r\n\r\n" + hidden},
  };
  for (const auto& [name, sent] : bytes) {
    const std::string answered = statuses(sent);
    // It may have closed the connection without a word.
    EXPECT_THAT(answered, testing::AnyOf("", "400", "413", "501")) << name;
  }
  expect_served();
}

TEST_P(Hostile, AreAnsweredInOrderWhenTheyAskManyThingsAtOnce) {
  Client client = connect();
  client.send(good_request() + good_request() + good_request("Connection: close\r\n"));
  const int wanted = good_status();
  for (int times = 0; times < 3; ++times)
    EXPECT_EQ(client.receive().value_or(http::RawResponse{}).status, wanted);
  EXPECT_EQ(client.receive_rest(), "");
}

TEST_P(Hostile, AreAnsweredWhenTheyHaveSaidAllAndOnlyListen) {
  Client client = connect();
  client.send(good_request());
  if (GetParam() != Listener::Serving) client.end_sending();
  EXPECT_EQ(client.receive().value_or(http::RawResponse{}).status, good_status());
}

TEST_P(Hostile, CannotFillTheMemoryWithAHeader) {
  const double before = memory();
  Client client = connect();
  client.send("GET / HTTP/1.1\r\nHost: a\r\n");
  const std::string line = "X-Field: " + std::string(8'000, 'x') + "\r\n";
  EXPECT_LT(times_taken(client, line, 125'000), 10'000) << "it would be a gigabyte";
  EXPECT_LT(memory() - before, 50);
  expect_served();
}

TEST_P(Hostile, CannotFillTheMemoryWithABody) {
  const double before = memory();
  Client client = connect();
  client.send("POST /other HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = fmt::format("{:x}\r\n{}\r\n", 64'000, std::string(64'000, 'x'));
  EXPECT_LT(times_taken(client, chunk, 16'000), 1'000) << "it would be a gigabyte";
  EXPECT_LT(memory() - before, 50);
  expect_served();
}

TEST_P(Hostile, KeepNobodyOutByBeingSlowOrSilent) {
  const double before = memory();
  constexpr int kMany = 5'000;
  const bool over_tls = GetParam() == Listener::Serving;
  std::vector<std::unique_ptr<http::RawClient>> clients;
  clients.reserve(kMany);
  for (int index = 0; index < kMany; ++index) {
    clients.push_back(std::make_unique<http::RawClient>(port()));
    // One in ten has begun to ask.
    if (index % 10 == 0 && !over_tls)
      clients.back()->send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: " + std::string(4'000, 'x'));
    if (index % 1'000 == 999) expect_served();
  }
  EXPECT_LT(memory() - before, 100) << "with a sanitizer's share";
  clients.clear();
  expect_served();
  EXPECT_EQ(cluster::http_get(operator_->metrics_port(), "/healthz").status, 200) << "other ports are not touched";
}

INSTANTIATE_TEST_SUITE_P(At, Hostile,
                         testing::Values(Listener::Gate, Listener::Metrics, Listener::Page, Listener::Serving),
                         [](const auto& info) { return name_of(info.param); });

}  // namespace
}  // namespace guildhall::tests
