#include "operator/admission/certificate_plan.hpp"

#include <gtest/gtest.h>

#include "operator/crypto/certificates.hpp"

namespace guildhall::admission {
namespace {

using std::chrono::days;

const std::vector<std::string> kNames{"localhost", "guildhall-operator.guildhall-system.svc"};

core::Timestamp noon() {
  return *core::parse_timestamp("2026-11-24T10:00:00Z");
}

ServingCertificates made(core::Timestamp at = noon()) {
  auto all = take_step(CertificateStep::MakeAll, {}, kNames, at);
  EXPECT_TRUE(all) << (all ? "" : all.error().describe());
  return std::move(*all);
}

ServingCertificates after(CertificateStep step, const ServingCertificates& standing, core::Timestamp at) {
  auto next = take_step(step, standing, kNames, at);
  EXPECT_TRUE(next) << (next ? "" : next.error().describe());
  return std::move(*next);
}

TEST(CertificateStep, IsAllWhereNothingStands) {
  EXPECT_EQ(next_step({}, kNames, true, noon()), CertificateStep::MakeAll);
}

TEST(CertificateStep, IsNoneOnceAllStands) {
  EXPECT_EQ(next_step(made(), kNames, true, noon()), CertificateStep::None);
  EXPECT_EQ(next_step(made(), {"localhost"}, true, noon()), CertificateStep::None) << "it is valid for more";
}

TEST(CertificateStep, IsANewCertificateWhereTheStandingOneCannotServe) {
  EXPECT_EQ(next_step(made(), {"other.example"}, false, noon()), CertificateStep::IssueCertificate);
  EXPECT_EQ(next_step(made(), kNames, false, noon() + days{366}), CertificateStep::IssueCertificate) << "it has ended";
  ServingCertificates without = made();
  without.certificate.clear();
  EXPECT_EQ(next_step(without, kNames, false, noon()), CertificateStep::IssueCertificate);
  ServingCertificates mixed = made();
  mixed.key = made().key;
  EXPECT_EQ(next_step(mixed, kNames, false, noon()), CertificateStep::IssueCertificate) << "another's key";
}

TEST(CertificateStep, IsANewCertificateBeforeTheStandingOneEndsAndWhenCallersTrustItsAuthority) {
  EXPECT_EQ(next_step(made(), kNames, true, noon() + days{244}), CertificateStep::None);
  EXPECT_EQ(next_step(made(), kNames, true, noon() + days{246}), CertificateStep::IssueCertificate);
  EXPECT_EQ(next_step(made(), kNames, false, noon() + days{246}), CertificateStep::None) << "not trusted yet";
}

TEST(CertificateStep, IsANewAuthorityInTimeAndThenACertificateOfIt) {
  const core::Timestamp late = noon() + days{3650 - 729};
  const ServingCertificates old = after(CertificateStep::IssueCertificate, made(), late);
  ASSERT_EQ(next_step(old, kNames, true, late), CertificateStep::MakeAuthority);
  const ServingCertificates both = after(CertificateStep::MakeAuthority, old, late);
  EXPECT_EQ(both.certificate, old.certificate) << "callers do not trust the new one yet";
  EXPECT_TRUE(crypto::is_issued_by(both.certificate, both.authorities));
  EXPECT_EQ(next_step(both, kNames, false, late), CertificateStep::None);
  ASSERT_EQ(next_step(both, kNames, true, late), CertificateStep::IssueCertificate);
  const ServingCertificates rotated = after(CertificateStep::IssueCertificate, both, late);
  EXPECT_TRUE(crypto::is_issued_by(rotated.certificate, rotated.authorities));
  EXPECT_FALSE(crypto::is_issued_by(rotated.certificate, old.authorities));
  EXPECT_EQ(next_step(rotated, kNames, true, late), CertificateStep::None);
}

TEST(CertificateStep, IsANewAuthorityAloneWhereOnlyItsKeyIsLost) {
  ServingCertificates lost = made();
  lost.authority_key = {};
  ASSERT_EQ(next_step(lost, kNames, true, noon()), CertificateStep::MakeAuthority);
  const ServingCertificates both = after(CertificateStep::MakeAuthority, lost, noon());
  EXPECT_TRUE(crypto::is_issued_by(both.certificate, both.authorities)) << "no request is refused meanwhile";
}

TEST(CertificateStep, DropsAuthoritiesThatHaveEnded) {
  const core::Timestamp end = noon() + days{3651};
  const ServingCertificates old = made();
  const ServingCertificates next = after(CertificateStep::MakeAuthority, old, end);
  EXPECT_FALSE(crypto::is_issued_by(old.certificate, next.authorities));
}

TEST(CertificateStep, IsAllForGarbage) {
  const ServingCertificates garbage{.authorities = "x",
                                    .authority_key = core::SecretText("x"),
                                    .certificate = "-----END CERTIFICATE-----",
                                    .key = core::SecretText("x")};
  EXPECT_EQ(next_step(garbage, kNames, true, noon()), CertificateStep::MakeAll);
}

}  // namespace
}  // namespace guildhall::admission
