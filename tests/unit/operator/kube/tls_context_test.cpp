#include "operator/kube/tls_context.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

namespace guildhall::kube {
namespace {

using testing::StartsWith;

/// A throw-away authority and its key, and a key that belongs to nobody; valid until 2126.
const std::string kCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBijCCAS+gAwIBAgIUIJ44hmJBjwQxMRAOa1+tJJvLGZ8wCgYIKoZIzj0EAwIw\n"
    "GTEXMBUGA1UEAwwOZ3VpbGRoYWxsLXRlc3QwIBcNMjYxMTI0MDk1NjMzWhgPMjEy\n"
    "NjEwMzEwOTU2MzNaMBkxFzAVBgNVBAMMDmd1aWxkaGFsbC10ZXN0MFkwEwYHKoZI\n"
    "zj0CAQYIKoZIzj0DAQcDQgAEByNcWOnWNpUfnhQO7HHOj80D/kjcpq+fqSy0QZ9l\n"
    "YIwMby7HkaQ1Uf7Mt63s3OYxDVIJ2d846AClwAIxLkab06NTMFEwHQYDVR0OBBYE\n"
    "FCl7RyiGzh61haMFVXjWBZ+j5wV9MB8GA1UdIwQYMBaAFCl7RyiGzh61haMFVXjW\n"
    "BZ+j5wV9MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAKi3tNwH\n"
    "RqwDUrSMBedAh+3YCiPX3tYkx9P3rTDPkrNKAiEA9A9txCHABjc7Ze2ZLRNtkrxz\n"
    "YaGcjvboqwom2JOTtq0=\n"
    "-----END CERTIFICATE-----\n";
const std::string kKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+hm2KH5/PDtpayO3\n"
    "D0PhuBT6LdCQN+xabyqQ0bmT0+ahRANCAAQHI1xY6dY2lR+eFA7scc6PzQP+SNym\n"
    "r5+pLLRBn2VgjAxvLseRpDVR/sy3rezc5jENUgnZ3zjoAKXAAjEuRpvT\n"
    "-----END PRIVATE KEY-----\n";
const std::string kOtherKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6Pn65mRAUuU8As1X\n"
    "bX3lzly9i2skz6n95TC9hEzs4TuhRANCAASyi/kvUcFhpPa43/x0jcFdYsuG6FKz\n"
    "BDHygdcRLlLJ4vOXf2YYLA//qy24YycF4mppZdfU/fmZ+oCW1nOmUWe6\n"
    "-----END PRIVATE KEY-----\n";
const std::string kEncryptedKey =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjDdH05BYuVNgICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEGbdqxUaVJ+/3VotdHUWNs0EgZAo\n"
    "tBNRQpn2MwIhQQW5Tr3rrucZdMlw+iuHjXl01le+n8IC7j97saHzG7kR7bkNefNm\n"
    "bDkfsJJGc/KlpBKI2SrxF8wNbQPT6zI5UMLAGCLgkC4Tm15DixyXt4hQZxkag2nv\n"
    "99gHGTBs3XBuVMHB6+0ClQqPuMfZN7lP9kSwbhW5sg4UvVWlcm6VvHJT2UEGN2w=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";
std::string failure_of(std::string ca, std::string certificate, std::string key) {
  Identity identity;
  identity.ca = std::move(ca);
  identity.certificate = std::move(certificate);
  identity.key = core::SecretText(std::move(key));
  const auto checked = check_tls({.identity = &identity});
  return checked ? "" : std::string(core::to_string(checked.error().kind)) + ": " + checked.error().message;
}

TEST(TlsContextTest, TakesACaAndAClientCertificateWithItsKey) {
  EXPECT_EQ(failure_of("", "", ""), "");
  EXPECT_EQ(failure_of(kCertificate, "", ""), "");
  EXPECT_EQ(failure_of(kCertificate + kCertificate, kCertificate + kCertificate, kKey), "");
}

TEST(TlsContextTest, NamesWhatCannotBeRead) {
  EXPECT_THAT(failure_of("nothing", "", ""), StartsWith("Invalid: certificate-authority holds no PEM certificate"));
  EXPECT_THAT(failure_of(kCertificate, "nothing", kKey),
              StartsWith("Invalid: client-certificate holds no PEM certificate"));
  EXPECT_THAT(failure_of(kCertificate, kCertificate, "nothing"),
              StartsWith("Invalid: client-key holds no PEM private key"));
  EXPECT_THAT(failure_of(kCertificate, kCertificate, kOtherKey), StartsWith("Invalid: client-key"));
}

TEST(TlsContextTest, AnEncryptedKeyIsRefusedAndNobodyIsAsked) {
  EXPECT_THAT(failure_of(kCertificate, kCertificate, kEncryptedKey),
              StartsWith("Invalid: client-key holds no PEM private key without a passphrase"));
}

TEST(TlsContextTest, AsksForTls12AtLeastAndTrustsNothingElse) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_default_verify_paths(context);
  const X509_STORE* systems = SSL_CTX_get_cert_store(context);
  Identity identity;
  identity.ca = kCertificate;
  EXPECT_TRUE(configure_tls(context, {.identity = &identity}));
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context), TLS1_2_VERSION);
  EXPECT_NE(SSL_CTX_get_cert_store(context), systems);
  EXPECT_EQ(sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context))), 1);
  SSL_CTX_free(context);
}

TEST(TlsContextTest, KnowsOpenSslsErrorsOnly) {
  EXPECT_EQ(describe_tls_error(167772294), "certificate verify failed");
  EXPECT_EQ(describe_tls_error(0), "");
}

}  // namespace
}  // namespace guildhall::kube
