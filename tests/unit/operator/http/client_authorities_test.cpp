#include "operator/http/client_authorities.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "operator/http/server.hpp"
#include "tests/unit/operator/http/client_certificates.hpp"
#include "tests/unit/operator/http/tls_client.hpp"

namespace guildhall::http {
namespace {

using crypto::CertificateAndKey;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string kNobody = "nobody";

Response who(const Request& request) {
  return {.body = request.client_common_name.value_or(kNobody), .headers = {}};
}

/// A server that says who asks, and an authority whose clients have a name.
class ClientCertificates : public testing::Test {
 protected:
  void trust(std::string_view pem) { EXPECT_TRUE(identity_->replace_client_authorities(pem)); }
  std::unique_ptr<TlsClient> connect(const CertificateAndKey* certificate, TlsOptions options = {}) {
    options.certificate = certificate;
    auto client = std::make_unique<TlsClient>(port_, certificates_.authority.certificate_pem, options);
    EXPECT_EQ(client->failure(), "");
    return client;
  }
  static std::string name_of(TlsClient& client) {
    client.send(kGet);
    const auto response = client.receive();
    return response ? response->body : "no answer";
  }
  std::string name_in_new_connection(const CertificateAndKey* certificate) { return name_of(*connect(certificate)); }

  TestCertificates certificates_ = make_certificates();
  std::shared_ptr<ServerIdentity> identity_ = identity_of(certificates_);
  Server server_{"127.0.0.1:0", who, {}, 1, identity_};
  std::uint16_t port_ = server_.start().value();
  CertificateAndKey authority_ = issue_authority();
  CertificateAndKey client_ = issue({}, &authority_);
};

/// What a client shows, and what is trusted for it.
struct Shown {
  CertificateAndKey certificate;
  std::string trusted;
};

struct ShownCase {
  std::string name;
  std::function<Shown()> make;
  std::string want = kNobody;
};

void PrintTo(const ShownCase& sample, std::ostream* out) {
  *out << sample.name;
}

Shown by_authority(const Wanted& wanted) {
  const auto authority = issue_authority();
  return {.certificate = issue(wanted, &authority), .trusted = authority.certificate_pem};
}

Shown with_names(std::vector<std::string> names) {
  return by_authority({.common_names = std::move(names)});
}

CertificateAndKey with_issuer_behind(const CertificateAndKey& leaf, const CertificateAndKey& issuer) {
  return {.certificate_pem = leaf.certificate_pem + issuer.certificate_pem,
          .key_pem = core::SecretText(std::string(leaf.key_pem.reveal()))};
}

Shown under_intermediate(bool shows_it, bool trusts_root) {
  const auto root = issue_authority();
  const auto intermediate = issue_authority(&root, "intermediate");
  auto leaf = issue({}, &intermediate);
  return {.certificate = shows_it ? with_issuer_behind(leaf, intermediate) : std::move(leaf),
          .trusted = trusts_root ? root.certificate_pem : intermediate.certificate_pem};
}

class ClientCertificate : public ClientCertificates, public testing::WithParamInterface<ShownCase> {};

TEST_P(ClientCertificate, GivesAName) {
  const Shown shown = GetParam().make();
  trust(shown.trusted);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto client = connect(&shown.certificate, {.newest = version});
    EXPECT_EQ(SSL_version(client->native()), version);
    for (int round = 0; round < 2; ++round)
      EXPECT_EQ(name_of(*client), GetParam().want) << version;
  }
}

INSTANTIATE_TEST_SUITE_P(
    , ClientCertificate,
    testing::Values(
        ShownCase{"OfTheAuthority", [] { return by_authority({}); }, "front-proxy"},
        ShownCase{"ForNoUseInParticular", [] { return by_authority({.extended_key_usage = ""}); }, "front-proxy"},
        ShownCase{"ForClientsToo", [] { return by_authority({.extended_key_usage = "serverAuth,clientAuth"}); },
                  "front-proxy"},
        ShownCase{"OfTheLastAuthorityOfSeveral",
                  [] {
                    Shown shown = by_authority({});
                    shown.trusted = issue_authority().certificate_pem + "\n# the next one\n" + shown.trusted;
                    return shown;
                  },
                  "front-proxy"},
        ShownCase{"BehindAnIntermediateThatIsShown", [] { return under_intermediate(true, true); }, "front-proxy"},
        ShownCase{"BehindAnIntermediateThatIsTrusted", [] { return under_intermediate(false, false); }, "front-proxy"},
        ShownCase{"NotBehindAnIntermediateThatIsMissing", [] { return under_intermediate(false, true); }},
        ShownCase{"NotOfAForeignAuthorityOfTheSameName",
                  [] {
                    const auto foreign = issue_authority();
                    return Shown{.certificate = with_issuer_behind(issue({}, &foreign), foreign),
                                 .trusted = issue_authority().certificate_pem};
                  }},
        ShownCase{
            "NotSignedByItself",
            [] { return Shown{.certificate = issue({}, nullptr), .trusted = issue_authority().certificate_pem}; }},
        ShownCase{"NotSignedByItselfInTheNameOfTheAuthority",
                  [] {
                    return Shown{.certificate = issue({.common_names = {"request header authority"}}, nullptr),
                                 .trusted = issue_authority().certificate_pem};
                  }},
        ShownCase{"NotSignedByAnotherClient",
                  [] {
                    Shown shown = by_authority({.common_names = {"no authority"}});
                    shown.certificate = with_issuer_behind(issue({}, &shown.certificate), shown.certificate);
                    return shown;
                  }},
        ShownCase{"NotExpired",
                  [] { return by_authority({.begins = std::chrono::hours{-2}, .ends = std::chrono::hours{-1}}); }},
        ShownCase{"NotOfTheFuture",
                  [] { return by_authority({.begins = std::chrono::hours{1}, .ends = std::chrono::hours{2}}); }},
        ShownCase{"NotOfAnAuthorityThatIsExpired",
                  [] {
                    const auto old = issue({.common_names = {"request header authority"},
                                            .extended_key_usage = "",
                                            .ends = std::chrono::hours{-1},
                                            .is_authority = true},
                                           nullptr);
                    return Shown{.certificate = issue({}, &old), .trusted = old.certificate_pem};
                  }},
        ShownCase{"NotForServersAlone", [] { return by_authority({.extended_key_usage = "serverAuth"}); }},
        ShownCase{"NotWithANulInIt", [] { return with_names({std::string("front-proxy\0.example", 20)}); }},
        ShownCase{"NotWithANulAtItsEnd", [] { return with_names({std::string("front-proxy\0", 12)}); }},
        ShownCase{"NotOneOfSeveral", [] { return with_names({"front-proxy", "somebody"}); }},
        ShownCase{"NotOneOfSeveralThatAreTheSame", [] { return with_names({"front-proxy", "front-proxy"}); }},
        ShownCase{"NotThatIsEmpty", [] { return with_names({""}); }},
        ShownCase{"NotWithoutOne", [] { return with_names({}); }},
        ShownCase{"AsItIsWritten", [] { return with_names({"fr\xC3\xB6nt, proxy=1"}); }, "fr\xC3\xB6nt, proxy=1"}),
    [](const auto& info) { return info.param.name; });

int authorities_named_to(const TlsClient& client) {
  const auto* names = SSL_get_client_CA_list(client.native());
  return names == nullptr ? 0 : sk_X509_NAME_num(names);
}

TEST_F(ClientCertificates, AreNotAskedForUntilThereAreAuthorities) {
  EXPECT_EQ(name_in_new_connection(&client_), kNobody);
  EXPECT_EQ(authorities_named_to(*connect(&client_)), 0);
  trust(authority_.certificate_pem);
  EXPECT_EQ(authorities_named_to(*connect(&client_)), 1);
  EXPECT_EQ(name_in_new_connection(&client_), "front-proxy");
  EXPECT_EQ(name_in_new_connection(nullptr), kNobody) << "nor are they needed then";
  trust("");
  EXPECT_EQ(authorities_named_to(*connect(&client_)), 0);
  EXPECT_EQ(name_in_new_connection(&client_), kNobody);
}

TEST_F(ClientCertificates, GiveNoNameToWhoeverSaysSoInAHeader) {
  trust(authority_.certificate_pem);
  const auto client = connect(nullptr);
  client->send("GET / HTTP/1.1\r\nHost: h\r\nX-Remote-User: front-proxy\r\nClient-Common-Name: front-proxy\r\n\r\n");
  EXPECT_EQ(client->receive().value_or(RawResponse{}).body, kNobody);
}

TEST_F(ClientCertificates, CountOnUnderTheServersNextIdentity) {
  trust(authority_.certificate_pem);
  const auto fresh = make_certificates();
  ASSERT_TRUE(identity_->replace(fresh.server.certificate_pem, fresh.server.key_pem));
  TlsClient client(port_, fresh.authority.certificate_pem, {.certificate = &client_});
  EXPECT_EQ(name_of(client), "front-proxy");
}

TEST_F(ClientCertificates, ResumeNoSession) {
  trust(authority_.certificate_pem);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto client = connect(&client_, {.newest = version});
    EXPECT_EQ(name_of(*client), "front-proxy");
    EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get0_session(client->native())), 0) << version;
  }
}

// ---- authorities change while a connection is open ----

/// Of an open connection, the next answer after the change.
struct ChangeCase {
  std::string name;
  std::function<std::string(const std::string& own, const std::string& other)> before;
  std::function<std::string(const std::string& own, const std::string& other)> after;
  std::string want_before;
  std::string want_after;
  bool goes_on = false;
};

void PrintTo(const ChangeCase& sample, std::ostream* out) {
  *out << sample.name;
}

class ChangeOfAuthorities : public ClientCertificates, public testing::WithParamInterface<ChangeCase> {};

TEST_P(ChangeOfAuthorities, HoldsForConnectionsThatAreOpen) {
  const auto& [name, before, after, want_before, want_after, goes_on] = GetParam();
  const std::string other = issue_authority().certificate_pem;
  trust(before(authority_.certificate_pem, other));
  const auto client = connect(&client_);
  EXPECT_EQ(name_of(*client), want_before);
  trust(after(authority_.certificate_pem, other));
  client->send(kGet);
  const auto response = client->receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, want_after);
  EXPECT_EQ(response->head.contains("\r\nConnection: close\r\n"), !goes_on);
  if (goes_on) {
    EXPECT_EQ(name_of(*client), want_after);
  } else {
    EXPECT_TRUE(client->is_told_of_the_end());
  }
}

std::string nothing(const std::string& /*own*/, const std::string& /*other*/) {
  return "";
}
std::string its_own(const std::string& own, const std::string& /*other*/) {
  return own;
}
std::string another(const std::string& /*own*/, const std::string& other) {
  return other;
}
std::string both(const std::string& own, const std::string& other) {
  return other + own;
}

INSTANTIATE_TEST_SUITE_P(, ChangeOfAuthorities,
                         testing::Values(ChangeCase{"ToAnother", its_own, another, "front-proxy", kNobody},
                                         ChangeCase{"ToNone", its_own, nothing, "front-proxy", kNobody},
                                         ChangeCase{"ToOneMore", its_own, both, "front-proxy", "front-proxy"},
                                         ChangeCase{"ToOneLess", both, its_own, "front-proxy", "front-proxy"},
                                         ChangeCase{"FromNone", nothing, its_own, kNobody, kNobody},
                                         ChangeCase{"FromAnother", another, its_own, kNobody, "front-proxy"},
                                         ChangeCase{"ToTheSame", its_own, its_own, "front-proxy", "front-proxy", true},
                                         ChangeCase{"FromNoneToNone", nothing, nothing, kNobody, kNobody, true}),
                         [](const auto& info) { return info.param.name; });

TEST_F(ClientCertificates, StayTrustedWhenTheNextAuthoritiesCannotBeUsed) {
  trust(authority_.certificate_pem);
  for (const std::string& pem : {std::string("garbage"), std::string("\n"),
                                 authority_.certificate_pem + authority_.certificate_pem.substr(0, 200),
                                 std::string(authority_.key_pem.reveal())}) {
    const auto result = identity_->replace_client_authorities(pem);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, core::ErrorKind::Invalid);
    EXPECT_TRUE(result.error().message.starts_with("the clients' authorities are no PEM certificates"));
    EXPECT_LT(result.error().message.size(), 120U);
  }
  EXPECT_EQ(name_in_new_connection(&client_), "front-proxy");
}

}  // namespace
}  // namespace guildhall::http
