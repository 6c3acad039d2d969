#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/secret_text.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::admission {

/// How long an authority signs, and a server's certificate is valid.
inline constexpr std::chrono::days kAuthorityLifetime{3650};
inline constexpr std::chrono::days kCertificateLifetime{365};
/// A new authority is made when the present one ends so soon: longer than a certificate of it is valid.
inline constexpr std::chrono::days kAuthorityMargin{730};
/// A certificate is renewed when it ends so soon.
inline constexpr std::chrono::days kCertificateMargin{120};
/// Clocks of API servers may be behind ours.
inline constexpr std::chrono::hours kBackdating{1};

/// What the replicas serve with, as it lies in a Secret. PEM.
struct ServingCertificates {
  std::string authorities;  ///< what callers are to trust: the newest first, then those that were before
  core::SecretText authority_key;
  std::string certificate;
  core::SecretText key;
};

enum class CertificateStep {
  None,
  MakeAuthority,     ///< put before those that stand; the certificate stays until callers trust the new one
  IssueCertificate,  ///< by the newest authority
  MakeAll,           ///< nothing of it can be used
};

/// What is to be done next. `names`: for which the certificate must be valid. `authorities_are_trusted`: what stands in
/// `authorities` has reached all callers. Pure, but for what OpenSSL reads from the texts.
CertificateStep next_step(const ServingCertificates& standing, const std::vector<std::string>& names,
                          bool authorities_are_trusted, core::Timestamp now);

/// Carries the step out. Errors: of OpenSSL.
core::Result<ServingCertificates> take_step(CertificateStep step, const ServingCertificates& standing,
                                            const std::vector<std::string>& names, core::Timestamp now);

}  // namespace guildhall::admission
