#include "operator/http/server_identity.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/operator/http/tls_client.hpp"

namespace guildhall::http {
namespace {

TEST(ServerIdentity, IsEmptyUntilItIsGiven) {
  ServerIdentity identity;
  EXPECT_TRUE(identity.empty());
  const auto certificates = make_certificates();
  EXPECT_TRUE(identity.replace(certificates.server.certificate_pem, certificates.server.key_pem));
  EXPECT_FALSE(identity.empty());
}

TEST(ServerIdentity, SaysWhatCannotBeUsedAndNothingOfTheKey) {
  const auto own = make_certificates();
  const auto other = make_certificates();
  const std::string& certificate = own.server.certificate_pem;
  const std::string_view key = own.server.key_pem.reveal();
  struct Case {
    std::string certificate;
    std::string_view key;
    std::string want;
  };
  for (const Case& one :
       {Case{"", key, "the server's certificate is no PEM certificate"},
        Case{"garbage", key, "the server's certificate is no PEM certificate: no start line"},
        Case{certificate + certificate.substr(0, 200), key,
             "the server's certificate is no PEM certificate: bad end line"},
        Case{certificate, "", "the server's key is no PEM private key without a passphrase"},
        Case{certificate, key.substr(0, 100),
             "the server's key is no PEM private key without a passphrase: unsupported"},
        Case{certificate, other.server.key_pem.reveal(), "the server's key does not belong to its certificate"},
        Case{certificate, own.authority.key_pem.reveal(), "the server's key does not belong to its certificate"}}) {
    ServerIdentity identity;
    const auto result = identity.replace(one.certificate, core::SecretText(std::string(one.key)));
    ASSERT_FALSE(result) << one.want;
    EXPECT_EQ(result.error().kind, core::ErrorKind::Invalid);
    EXPECT_TRUE(result.error().describe().starts_with(one.want)) << result.error().describe();
    EXPECT_LT(result.error().describe().size(), 120U);
    EXPECT_TRUE(identity.empty());
  }
}

TEST(ServerIdentity, StaysWhatItWasWhenTheNextCannotBeUsed) {
  const auto certificates = make_certificates();
  const auto identity = identity_of(certificates);
  const auto before = identity->context();
  EXPECT_FALSE(identity->replace("garbage", certificates.server.key_pem));
  EXPECT_EQ(identity->context(), before);
}

}  // namespace
}  // namespace guildhall::http
