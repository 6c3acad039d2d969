#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "operator/http/server.hpp"
#include "tests/unit/operator/http/tls_client.hpp"

namespace guildhall::http {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

Response echo(const Request& request) {
  return {.body = request.method + " " + request.path + "\n" + request.body, .headers = {}};
}

std::string body_of(const std::optional<RawResponse>& response) {
  return response ? response->body : "no answer";
}

/// A server that answers over TLS, and what its clients trust.
class ServerTls : public testing::Test {
 protected:
  TestCertificates certificates_ = make_certificates();
  std::shared_ptr<ServerIdentity> identity_ = identity_of(certificates_);
  Server server_{"127.0.0.1:0", echo, {}, 1, identity_};
  std::uint16_t port_ = server_.start().value();
  const std::string& trusted_ = certificates_.authority.certificate_pem;
};

TEST_F(ServerTls, AnswersOverEachVersionThatIsAllowed) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(port_, trusted_, {.oldest = version, .newest = version});
    ASSERT_EQ(client.failure(), "") << version;
    EXPECT_EQ(SSL_version(client.native()), version);
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
    EXPECT_EQ(body_of(client.receive()), "POST /a\nbody");
  }
}

TEST_F(ServerTls, IsNotTrustedByWhoTrustsAnotherAuthority) {
  const TlsClient client(port_, make_certificates().authority.certificate_pem);
  EXPECT_EQ(client.failure(), "certificate verify failed");
}

TEST_F(ServerTls, RefusesVersionsBelow12) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    const TlsClient client(port_, trusted_, {.oldest = version, .newest = version});
    EXPECT_EQ(client.failure(), "tlsv1 alert protocol version");
  }
}

TEST_F(ServerTls, KeepsAConnectionForTheNextRequest) {
  TlsClient client(port_, trusted_);
  for (const std::string path : {"/1", "/2", "/3"}) {
    ASSERT_TRUE(client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(body_of(client.receive()), "GET " + path + "\n");
  }
}

TEST_F(ServerTls, ReadsARequestThatComesByteByByteAndSeveralAtOnce) {
  TlsClient client(port_, trusted_);
  for (const char byte : kGet)
    ASSERT_TRUE(client.send(std::string(1, byte)));
  EXPECT_EQ(body_of(client.receive()), "GET /\n");
  client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(client.receive()), "GET /1\n");
  EXPECT_EQ(body_of(client.receive()), "GET /2\n");
}

TEST_F(ServerTls, TakesAndSendsBigBodies) {
  TlsClient client(port_, trusted_);
  std::string body(1U << 20U, 'x');
  for (std::size_t i = 0; i < body.size(); i += 1000)
    body[i] = static_cast<char>('a' + i / 1000 % 26);
  ASSERT_TRUE(
      client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body));
  EXPECT_TRUE(body_of(client.receive()) == "POST /\n" + body);
  client.send(kGet);
  EXPECT_EQ(body_of(client.receive()), "GET /\n");
}

TEST_F(ServerTls, ShowsANewIdentityToNewConnectionsWhileOldOnesGoOn) {
  TlsClient old(port_, trusted_);
  old.send(kGet);
  ASSERT_TRUE(old.receive());
  const auto fresh = make_certificates();
  ASSERT_TRUE(identity_->replace(fresh.server.certificate_pem, fresh.server.key_pem));
  TlsClient next(port_, fresh.authority.certificate_pem);
  ASSERT_EQ(next.failure(), "");
  next.send(kGet);
  EXPECT_EQ(body_of(next.receive()), "GET /\n");
  EXPECT_EQ(TlsClient(port_, trusted_).failure(), "certificate verify failed");
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(old.send(kGet));
    EXPECT_EQ(body_of(old.receive()), "GET /\n");
  }
}

TEST_F(ServerTls, SendsTheWholeChain) {
  ASSERT_TRUE(identity_->replace(certificates_.server.certificate_pem + trusted_, certificates_.server.key_pem));
  const TlsClient client(port_, trusted_);
  ASSERT_EQ(client.failure(), "");
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(client.native())), 2);
}

TEST_F(ServerTls, ResumesNoSession) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(port_, trusted_, {.newest = version});
    client.send(kGet);
    ASSERT_TRUE(client.receive());
    EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get0_session(client.native())), 0) << version;
  }
}

TEST_F(ServerTls, NegotiatesNothingAgain) {
  TlsClient client(port_, trusted_, {.newest = TLS1_2_VERSION});
  client.send(kGet);
  ASSERT_TRUE(client.receive());
  SSL_renegotiate(client.native());
  EXPECT_NE(SSL_do_handshake(client.native()), 1);
}

std::string protocol(const TlsClient& client) {
  const unsigned char* text = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(client.native(), &text, &length);
  return {text, text + length};
}

TEST_F(ServerTls, FallsBackToHttp11WithClientsThatOfferMore) {
  TlsClient client(port_, trusted_, {.protocols = "\x02h2\x08http/1.1"});
  ASSERT_EQ(client.failure(), "");
  EXPECT_EQ(protocol(client), "http/1.1");
  client.send(kGet);
  EXPECT_EQ(body_of(client.receive()), "GET /\n");
}

TEST_F(ServerTls, TellsAClientThatOffersOthersAloneThatItHasNone) {
  const TlsClient client(port_, trusted_, {.protocols = "\x02h2"});
  EXPECT_EQ(client.failure(), "tlsv1 alert no application protocol");
}

TEST_F(ServerTls, NeedsNoOfferOfAProtocol) {
  const TlsClient client(port_, trusted_);
  EXPECT_EQ(client.failure(), "");
  EXPECT_EQ(protocol(client), "");
}

TEST_F(ServerTls, SaysGoodbyeWhenItEndsAConnection) {
  for (const std::string_view last : {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                                      "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n"}) {
    TlsClient client(port_, trusted_);
    client.send(last);
    EXPECT_TRUE(client.receive()) << last;
    EXPECT_TRUE(client.is_told_of_the_end()) << last;
  }
}

TEST_F(ServerTls, AnswersAGoodbye) {
  TlsClient client(port_, trusted_);
  client.send(kGet);
  ASSERT_TRUE(client.receive());
  EXPECT_EQ(SSL_shutdown(client.native()), 0);
  EXPECT_TRUE(client.is_told_of_the_end());
}

TEST_F(ServerTls, DoesNotWaitForEverForAGoodbye) {
  TlsClient client(port_, trusted_);
  client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(client.receive());
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(ServerTls, TellsAPeerThatStillSendsThatItsBodyIsTooLarge) {
  TlsClient client(port_, trusted_);
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1500000\r\n\r\n"));
  client.send(std::string(500'000, 'x'));
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 413);
}

TEST(ServerTlsIdentity, ThatIsEmptyClosesConnectionsUntilItIsGiven) {
  const auto certificates = make_certificates();
  const auto identity = std::make_shared<ServerIdentity>();
  Server server("127.0.0.1:0", echo, {}, 1, identity);
  const auto port = server.start();
  ASSERT_TRUE(port);
  RawClient early(*port);
  EXPECT_TRUE(early.is_closed_by_server());
  EXPECT_FALSE(ask(*port, kGet)) << "nor may it answer without TLS";
  ASSERT_TRUE(identity->replace(certificates.server.certificate_pem, certificates.server.key_pem));
  TlsClient client(*port, certificates.authority.certificate_pem);
  client.send(kGet);
  EXPECT_EQ(body_of(client.receive()), "GET /\n");
}

constexpr int kClients = 8;
constexpr int kRequestsOfEach = 20;

/// How many of a client's requests, five on each connection, are answered with the path that they asked for.
int right_answers(std::uint16_t port, const std::string& trusted, int number) {
  int right = 0;
  std::optional<TlsClient> client;
  for (int round = 0; round < kRequestsOfEach; ++round) {
    if (round % 5 == 0) client.emplace(port, trusted);
    const std::string path = "/" + std::to_string(number) + "/" + std::to_string(round);
    client->send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
    if (body_of(client->receive()) == "GET " + path + "\n") ++right;
  }
  return right;
}

TEST(ServerTlsThreads, AnswerManyClientsWhileTheIdentityIsReplaced) {
  const auto old = make_certificates();
  const auto fresh = make_certificates();
  const auto identity = identity_of(old);
  Server server("127.0.0.1:0", echo, {}, 3, identity);
  const auto port = server.start();
  ASSERT_TRUE(port);
  const std::string trusted = old.authority.certificate_pem + fresh.authority.certificate_pem;
  std::atomic<int> right{0};
  std::atomic<int> ended{0};
  std::vector<std::jthread> clients;
  clients.reserve(kClients);
  for (int i = 0; i < kClients; ++i)
    clients.emplace_back([&, i] {
      right += right_answers(*port, trusted, i);
      ++ended;
    });
  while (ended < kClients) {
    for (const TestCertificates* next : {&fresh, &old})
      EXPECT_TRUE(identity->replace(next->server.certificate_pem, next->server.key_pem));
  }
  clients.clear();
  EXPECT_EQ(right, kClients * kRequestsOfEach);
}

}  // namespace
}  // namespace guildhall::http
