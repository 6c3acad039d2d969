#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "operator/crypto/certificates.hpp"

namespace guildhall::crypto {
namespace {

using namespace std::chrono_literals;

constexpr core::Timestamp kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);
constexpr auto kDay = std::chrono::days(1);

CertificateAndKey authority() {
  return make_authority("guildhall", kNow, kNow + 365 * kDay).value();
}

CertificateAndKey server(const CertificateAndKey& by) {
  return issue_server_certificate(by, {"guildhall.ns.svc"}, kNow, kNow + 30 * kDay).value();
}

core::SecretText copy_of(const core::SecretText& key) {
  return core::SecretText(std::string(key.reveal()));
}

TEST(InspectCertificate, TellsTheTimesInWholeSeconds) {
  const auto ca = make_authority("guildhall", kNow + 1s + 999ms, kNow + kDay + 1us).value();
  const auto info = inspect_certificate(ca.certificate_pem).value();
  EXPECT_EQ(info.not_before, kNow + 1s);
  EXPECT_EQ(info.not_after, kNow + kDay);
}

TEST(InspectCertificate, TellsNamesAndAddressesInTheirOrderAndCanonically) {
  const auto leaf =
      issue_server_certificate(authority(), {"b.svc", "127.0.0.1", "0:0::1", "a.svc"}, kNow, kNow + kDay).value();
  const std::vector<std::string> want{"b.svc", "127.0.0.1", "::1", "a.svc"};
  EXPECT_EQ(inspect_certificate(leaf.certificate_pem)->names, want);
}

TEST(InspectCertificate, TellsWhichKeyItIsOfAndWhichSignedIt) {
  const auto ca = authority();
  const auto root = inspect_certificate(ca.certificate_pem).value();
  const auto leaf = inspect_certificate(server(ca).certificate_pem).value();
  EXPECT_EQ(root.subject_key_id.size(), 40U);
  EXPECT_EQ(root.subject_key_id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(leaf.authority_key_id, root.subject_key_id);
  EXPECT_NE(leaf.subject_key_id, root.subject_key_id);
  EXPECT_EQ(root.authority_key_id, "");
  EXPECT_TRUE(root.names.empty());
}

TEST(InspectCertificate, TellsWhetherItMaySignOthers) {
  const auto ca = authority();
  EXPECT_TRUE(inspect_certificate(ca.certificate_pem)->is_authority);
  EXPECT_FALSE(inspect_certificate(server(ca).certificate_pem)->is_authority);
}

TEST(InspectCertificate, TellsOfTheFirstOfSeveral) {
  const auto ca = authority();
  EXPECT_FALSE(inspect_certificate(server(ca).certificate_pem + ca.certificate_pem)->is_authority);
}

TEST(InspectCertificate, RefusesWhatIsNone) {
  const auto ca = authority();
  const std::string& pem = ca.certificate_pem;
  std::string broken = pem;
  broken[broken.size() / 2] = broken[broken.size() / 2] == 'A' ? 'B' : 'A';
  for (const std::string& text :
       {std::string(), std::string("garbage"), pem.substr(0, pem.size() / 2), std::string(ca.key_pem.reveal()),
        std::string("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), pem + pem.substr(0, 100)}) {
    const auto info = inspect_certificate(text);
    ASSERT_FALSE(info) << text;
    EXPECT_EQ(info.error().kind, core::ErrorKind::Invalid);
    EXPECT_TRUE(info.error().message.starts_with("no PEM certificate")) << info.error().message;
    EXPECT_LT(info.error().message.size(), 60U) << info.error().message;
  }
  EXPECT_FALSE(is_issued_by(broken, pem)) << "nothing may crash on a flipped byte";
}

TEST(IsPair, HoldsForAKeyAndItsOwnCertificateAlone) {
  const auto ca = authority();
  const auto leaf = server(ca);
  EXPECT_TRUE(is_pair(ca.certificate_pem, ca.key_pem));
  EXPECT_TRUE(is_pair(leaf.certificate_pem, leaf.key_pem));
  EXPECT_FALSE(is_pair(leaf.certificate_pem, ca.key_pem));
  EXPECT_FALSE(is_pair(ca.certificate_pem, leaf.key_pem));
  EXPECT_FALSE(is_pair(server(ca).certificate_pem, leaf.key_pem)) << "of the same names";
}

TEST(IsPair, DoesNotHoldForWhatCannotBeRead) {
  const auto ca = authority();
  EXPECT_FALSE(is_pair("", ca.key_pem));
  EXPECT_FALSE(is_pair("garbage", ca.key_pem));
  EXPECT_FALSE(is_pair(ca.certificate_pem, core::SecretText()));
  EXPECT_FALSE(is_pair(ca.certificate_pem, core::SecretText("garbage")));
  EXPECT_FALSE(is_pair(ca.certificate_pem, core::SecretText(ca.certificate_pem)));
}

/// What stands between the lines of a PEM text.
std::string der_of(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                      BIO_free);
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long length = 0;
  EXPECT_EQ(PEM_read_bio(bio.get(), &name, &header, &data, &length), 1);
  std::string der(data, data + length);
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_free(data);
  return der;
}

core::SecretText key_pem_of(const std::string& der) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): C API
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  PEM_write_bio(bio.get(), "PRIVATE KEY", "", data, static_cast<long>(der.size()));
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return core::SecretText(std::string(text, static_cast<std::size_t>(length)));
}

TEST(IsPair, DoesNotHoldForAnotherPrivateKeyBesideThePublicOneOfTheCertificate) {
  constexpr std::size_t kPoint = 65;  // an uncompressed point of P-256, the last part of the text
  const auto ca = authority();
  const std::string own = der_of(ca.key_pem.reveal());
  const std::string other = der_of(authority().key_pem.reveal());
  ASSERT_EQ(own.size(), other.size());
  EXPECT_TRUE(is_pair(ca.certificate_pem, key_pem_of(own)));
  EXPECT_FALSE(is_pair(ca.certificate_pem,
                       key_pem_of(other.substr(0, other.size() - kPoint) + own.substr(own.size() - kPoint))));
}

TEST(IsPair, DoesNotAskForAPassphrase) {
  const core::SecretText encrypted(
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
      "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgAAAAAAAAAAAICCAAw\n"
      "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAAAAAAAAAAAAAAAAAAAAAAEgZAA\n"
      "-----END ENCRYPTED PRIVATE KEY-----\n");
  EXPECT_FALSE(is_pair(authority().certificate_pem, encrypted));
}

TEST(IsIssuedBy, HoldsForTheAuthorityThatSignedItAlone) {
  const auto ca = authority();
  const auto leaf = server(ca);
  EXPECT_TRUE(is_issued_by(leaf.certificate_pem, ca.certificate_pem));
  EXPECT_TRUE(is_issued_by(ca.certificate_pem, ca.certificate_pem)) << "it signed itself";
  EXPECT_FALSE(is_issued_by(leaf.certificate_pem, authority().certificate_pem)) << "of the same name";
  EXPECT_FALSE(is_issued_by(ca.certificate_pem, leaf.certificate_pem));
  EXPECT_FALSE(is_issued_by(leaf.certificate_pem, leaf.certificate_pem));
}

TEST(IsIssuedBy, HoldsForOneOfSeveralAuthorities) {
  const auto old = authority();
  const auto fresh = authority();
  const std::string both = old.certificate_pem + fresh.certificate_pem;
  EXPECT_TRUE(is_issued_by(server(old).certificate_pem, both));
  EXPECT_TRUE(is_issued_by(server(fresh).certificate_pem, both));
  EXPECT_FALSE(is_issued_by(server(authority()).certificate_pem, both));
}

TEST(IsIssuedBy, DoesNotHoldForWhatCannotBeRead) {
  const auto ca = authority();
  const auto leaf = server(ca);
  EXPECT_FALSE(is_issued_by("", ca.certificate_pem));
  EXPECT_FALSE(is_issued_by("garbage", ca.certificate_pem));
  EXPECT_FALSE(is_issued_by(leaf.certificate_pem, ""));
  EXPECT_FALSE(is_issued_by(leaf.certificate_pem, "garbage"));
}

RC_GTEST_PROP(InspectCertificate, TakesAnyByteChangedAnywhereWithoutHarm, ()) {
  static const auto kAuthority = authority();
  static const auto kServer = server(kAuthority);
  std::string pem = kServer.certificate_pem;
  const auto place = *rc::gen::inRange<std::size_t>(0, pem.size());
  pem[place] = *rc::gen::arbitrary<char>();
  std::string key(kServer.key_pem.reveal());
  key[*rc::gen::inRange<std::size_t>(0, key.size())] = *rc::gen::arbitrary<char>();
  // Whatever can still be read and is trusted says the same as before.
  const auto info = inspect_certificate(pem);
  if (info && is_issued_by(pem, kAuthority.certificate_pem))
    RC_ASSERT(info->subject_key_id == inspect_certificate(kServer.certificate_pem)->subject_key_id);
  if (is_pair(kServer.certificate_pem, core::SecretText(key)))
    RC_ASSERT(is_pair(kServer.certificate_pem, copy_of(kServer.key_pem)));
}

}  // namespace
}  // namespace guildhall::crypto
