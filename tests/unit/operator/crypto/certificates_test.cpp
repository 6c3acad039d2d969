#include "operator/crypto/certificates.hpp"

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "operator/crypto/pem.hpp"

namespace guildhall::crypto {
namespace {

using namespace std::chrono_literals;
using core::Timestamp;

constexpr Timestamp kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);
constexpr auto kDay = std::chrono::days(1);

CertificateAndKey authority(const std::string& name = "guildhall") {
  return make_authority(name, kNow, kNow + 365 * kDay).value();
}

CertificateAndKey server(const CertificateAndKey& by,
                         const std::vector<std::string>& names = {"guildhall.guildhall-system.svc"}) {
  return issue_server_certificate(by, names, kNow + 1h, kNow + 30 * kDay).value();
}

struct Asked {
  const char* name = nullptr;  ///< of the server; null: any
  Timestamp at = kNow + kDay;
  int purpose = X509_PURPOSE_SSL_SERVER;
};

/// X509_V_OK, or why OpenSSL does not trust a server with this certificate.
int verify(const std::string& certificate_pem, const std::string& trusted_pem, const Asked& asked = {}) {
  const auto certificate = read_first_certificate(certificate_pem);
  const auto trusted = read_first_certificate(trusted_pem);
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
  X509_STORE_add_cert(store.get(), trusted.get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_time(param, std::chrono::system_clock::to_time_t(asked.at));
  X509_STORE_CTX_set_purpose(context.get(), asked.purpose);
  // What can be read as an address is one.
  if (asked.name != nullptr && X509_VERIFY_PARAM_set1_ip_asc(param, asked.name) != 1)
    X509_VERIFY_PARAM_set1_host(param, asked.name, 0);
  return X509_verify_cert(context.get()) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
}

TEST(Certificates, OfAServerAreTrustedByWhoTrustsTheirAuthority) {
  const auto ca = authority();
  EXPECT_EQ(verify(server(ca).certificate_pem, ca.certificate_pem), X509_V_OK);
}

TEST(Certificates, AreTrustedFromTheirFirstSecondUntilTheirLast) {
  const auto ca = authority();
  const auto pem = server(ca).certificate_pem;
  EXPECT_EQ(verify(pem, ca.certificate_pem, {.at = kNow + 1h - 1s}), X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(verify(pem, ca.certificate_pem, {.at = kNow + 1h}), X509_V_OK);
  EXPECT_EQ(verify(pem, ca.certificate_pem, {.at = kNow + 30 * kDay - 1s}), X509_V_OK);
  // The last second itself is one of RFC 5280's, and none of OpenSSL's.
  EXPECT_EQ(verify(pem, ca.certificate_pem, {.at = kNow + 30 * kDay + 1s}), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST(Certificates, AreNotTrustedWhenTheirAuthorityHasEnded) {
  const auto ca = authority();
  const auto longer = issue_server_certificate(ca, {"a.svc"}, kNow, kNow + 999 * kDay).value();
  EXPECT_EQ(verify(longer.certificate_pem, ca.certificate_pem, {.at = kNow + 364 * kDay}), X509_V_OK);
  EXPECT_EQ(verify(longer.certificate_pem, ca.certificate_pem, {.at = kNow + 366 * kDay}), X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST(Certificates, AreOfTheirNamesAndAddressesAlone) {
  const auto ca = authority();
  const auto pem = server(ca, {"guildhall.ns.svc", "*.example.com", "127.0.0.1", "::1"}).certificate_pem;
  for (const char* name : {"guildhall.ns.svc", "a.example.com", "127.0.0.1", "::1"})
    EXPECT_EQ(verify(pem, ca.certificate_pem, {.name = name}), X509_V_OK) << name;
  EXPECT_EQ(verify(pem, ca.certificate_pem, {.name = "guildhall.other.svc"}), X509_V_ERR_HOSTNAME_MISMATCH);
  EXPECT_EQ(verify(pem, ca.certificate_pem, {.name = "127.0.0.2"}), X509_V_ERR_IP_ADDRESS_MISMATCH);
  EXPECT_EQ(verify(pem, ca.certificate_pem, {.name = "::2"}), X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST(Certificates, AreNotTrustedByWhoTrustsAnotherAuthorityOfTheSameName) {
  EXPECT_NE(verify(server(authority()).certificate_pem, authority().certificate_pem), X509_V_OK);
}

TEST(Certificates, OfAServerAreNotForClientsAndSignNoOthers) {
  const auto ca = authority();
  const auto pair = server(ca);
  EXPECT_EQ(verify(pair.certificate_pem, ca.certificate_pem, {.purpose = X509_PURPOSE_SSL_CLIENT}),
            X509_V_ERR_INVALID_PURPOSE);
  const auto below = issue_server_certificate(pair, {"a.svc"}, kNow, kNow + kDay);
  ASSERT_FALSE(below);
  EXPECT_EQ(below.error().message, "the authority's certificate may sign no others");
}

TEST(Certificates, HaveTheExtensionsThatTheirUseAsksFor) {
  const auto ca = authority();
  const auto root = read_first_certificate(ca.certificate_pem);
  EXPECT_EQ(X509_get_key_usage(root.get()), static_cast<unsigned>(KU_KEY_CERT_SIGN | KU_CRL_SIGN));
  EXPECT_EQ(X509_get_pathlen(root.get()), 0);
  EXPECT_NE(X509_get_extension_flags(root.get()) & EXFLAG_CA, 0U);
  const auto leaf = read_first_certificate(server(ca).certificate_pem);
  EXPECT_EQ(X509_get_key_usage(leaf.get()), static_cast<unsigned>(KU_DIGITAL_SIGNATURE));
  EXPECT_EQ(X509_get_extended_key_usage(leaf.get()), static_cast<unsigned>(XKU_SSL_SERVER));
  EXPECT_EQ(X509_get_extension_flags(leaf.get()) & EXFLAG_CA, 0U);
  for (const X509* certificate : {root.get(), leaf.get()}) {
    for (const int id : {NID_basic_constraints, NID_key_usage})
      EXPECT_EQ(X509_EXTENSION_get_critical(X509_get_ext(certificate, X509_get_ext_by_NID(certificate, id, -1))), 1);
  }
}

std::string common_name(const std::string& certificate_pem) {
  const auto certificate = read_first_certificate(certificate_pem);
  std::string text(256, '\0');
  const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, text.data(),
                                               static_cast<int>(text.size()));
  return text.substr(0, static_cast<std::size_t>(length));
}

TEST(Certificates, AreCalledByTheirFirstNameCutAt64) {
  const auto ca = authority("Guildhall's authority");
  EXPECT_EQ(common_name(ca.certificate_pem), "Guildhall's authority");
  const std::string long_name = std::string(60, 'a') + ".bcdefgh.svc";
  const auto pem = server(ca, {long_name, "b.svc"}).certificate_pem;
  EXPECT_EQ(common_name(pem), long_name.substr(0, 64));
  EXPECT_EQ(verify(pem, ca.certificate_pem, {.name = long_name.c_str()}), X509_V_OK);
}

std::string serial(const std::string& certificate_pem) {
  const auto certificate = read_first_certificate(certificate_pem);
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr), BN_free);
  EXPECT_EQ(BN_num_bits(number.get()), 128);
  EXPECT_EQ(BN_is_negative(number.get()), 0);
  std::string bytes(16, '\0');
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): C API
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

TEST(Certificates, HaveAKeyAndASerialOfTheirOwnEachTime) {
  std::set<std::string> keys;
  std::set<std::string> serials;
  const auto ca = authority();
  for (int round = 0; round < 8; ++round) {
    for (const auto& pair : {authority(), server(ca)}) {
      keys.emplace(pair.key_pem.reveal());
      serials.insert(serial(pair.certificate_pem));
    }
  }
  EXPECT_EQ(keys.size(), 16U);
  EXPECT_EQ(serials.size(), 16U);
}

TEST(Certificates, HaveKeysInTheFormOfPkcs8OnTheCurveP256) {
  const auto ca = authority();
  EXPECT_TRUE(ca.key_pem.reveal().starts_with("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_TRUE(ca.key_pem.reveal().ends_with("-----END PRIVATE KEY-----\n"));
  const auto key = read_private_key(ca.key_pem.reveal());
  std::string group(32, '\0');
  std::size_t length = 0;
  EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), &length);
  EXPECT_EQ(group.substr(0, length), "prime256v1");
}

TEST(Certificates, HoldTimesBehind2049) {
  const Timestamp end = std::chrono::sys_days(std::chrono::year(2099) / 12 / 31);
  const auto ca = make_authority("guildhall", kNow, end).value();
  EXPECT_EQ(inspect_certificate(ca.certificate_pem)->not_after, end);
}

/// The error's text; every case here must have one. None holds any of the key.
std::string why_not(const CertificateAndKey& ca, const std::vector<std::string>& names,
                    std::chrono::microseconds length = kDay) {
  const auto result = issue_server_certificate(ca, names, kNow, kNow + length);
  if (result) return "none";
  EXPECT_EQ(result.error().kind, core::ErrorKind::Invalid);
  for (std::size_t at = 0; at + 8 < ca.key_pem.reveal().size(); at += 8)
    EXPECT_EQ(result.error().describe().find(ca.key_pem.reveal().substr(at, 8)), std::string::npos);
  return result.error().describe();
}

TEST(Certificates, CannotBeIssuedForWhatIsNoName) {
  const auto ca = authority();
  EXPECT_EQ(why_not(ca, {}), "a server's certificate needs a name");
  for (const std::string& name : {std::string(), std::string("a b"), std::string("a.svc,DNS:evil.example"),
                                  std::string("127.0.0.1\0", 10), std::string("999.1.1.1"), std::string("1::2::3")})
    EXPECT_EQ(why_not(ca, {"a.svc", name}), "'" + name + "' is neither a DNS name nor an IP address");
}

TEST(Certificates, CannotEndBeforeTheyBegin) {
  EXPECT_EQ(why_not(authority(), {"a.svc"}, -1s), "a certificate cannot end before it begins");
}

TEST(Certificates, CannotBeIssuedByWhatIsNoAuthority) {
  const auto of = [](std::string certificate, std::string_view key) {
    return CertificateAndKey{.certificate_pem = std::move(certificate), .key_pem = core::SecretText(std::string(key))};
  };
  const auto ca = authority();
  const auto other = authority();
  const std::string_view key = ca.key_pem.reveal();
  EXPECT_EQ(why_not(of(ca.certificate_pem, other.key_pem.reveal()), {"a.svc"}),
            "the authority's key belongs to another certificate");
  EXPECT_EQ(why_not(of("", key), {"a.svc"}), "the authority's certificate is no PEM certificate");
  EXPECT_EQ(why_not(of("garbage", key), {"a.svc"}), "the authority's certificate is no PEM certificate: no start line");
  EXPECT_EQ(why_not(of(ca.certificate_pem, ""), {"a.svc"}), "the authority's key is no PEM private key");
  EXPECT_TRUE(why_not(of(ca.certificate_pem, key.substr(0, 100)), {"a.svc"})
                  .starts_with("the authority's key is no PEM private key: "));
}

TEST(Certificates, CannotHaveACommonNameThatX509DoesNotTake) {
  for (const std::string& name : {std::string(), std::string(65, 'a'), std::string("\xff")}) {
    const auto result = make_authority(name, kNow, kNow + kDay);
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().kind, core::ErrorKind::Invalid);
    EXPECT_TRUE(result.error().message.starts_with("'" + name + "' cannot be a common name: "))
        << result.error().message;
  }
}

}  // namespace
}  // namespace guildhall::crypto
