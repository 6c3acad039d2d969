#include "operator/admission/certificate_plan.hpp"

#include <algorithm>
#include <utility>

#include "operator/crypto/certificates.hpp"

namespace guildhall::admission {

namespace {

constexpr const char* kAuthorityName = "guildhall-serving";
constexpr std::string_view kPemEnd = "-----END CERTIFICATE-----";

core::SecretText copy_of(const core::SecretText& text) {
  return core::SecretText(std::string(text.reveal()));
}

bool is_valid_at(const crypto::CertificateInfo& info, core::Timestamp now) {
  return info.not_before <= now && now < info.not_after;
}

/// The certificates of a bundle, each by itself.
std::vector<std::string> parts(std::string_view bundle) {
  std::vector<std::string> result;
  for (auto end = bundle.find(kPemEnd); end != std::string_view::npos; end = bundle.find(kPemEnd)) {
    result.emplace_back(bundle.substr(0, end + kPemEnd.size()));
    bundle.remove_prefix(end + kPemEnd.size());
    bundle.remove_prefix(std::min(bundle.find_first_not_of("\r\n"), bundle.size()));
  }
  return result;
}

bool can_sign(const ServingCertificates& standing, core::Timestamp now) {
  const auto info = crypto::inspect_certificate(standing.authorities);
  return info && info->is_authority && is_valid_at(*info, now) &&
         crypto::is_pair(standing.authorities, standing.authority_key);
}

bool has_names(const crypto::CertificateInfo& info, std::vector<std::string> names) {
  return std::ranges::all_of(
      names, [&](const std::string& name) { return std::ranges::find(info.names, name) != info.names.end(); });
}

/// Whether callers that trust what stands there accept it now.
bool can_serve(const ServingCertificates& standing, const std::vector<std::string>& names, core::Timestamp now) {
  const auto info = crypto::inspect_certificate(standing.certificate);
  return info && is_valid_at(*info, now) && has_names(*info, names) &&
         crypto::is_pair(standing.certificate, standing.key) &&
         crypto::is_issued_by(standing.certificate, standing.authorities);
}

bool ends_within(std::string_view certificate, std::chrono::days margin, core::Timestamp now) {
  const auto info = crypto::inspect_certificate(certificate);
  return !info || info->not_after < now + margin;
}

/// The authorities that are still worth something beside a new one.
std::string without_ended(const std::string& authorities, core::Timestamp now) {
  std::string kept;
  for (const std::string& part : parts(authorities)) {
    const auto info = crypto::inspect_certificate(part);
    if (info && now < info->not_after) kept += part + "\n";
  }
  return kept;
}

core::Result<void> add_authority(ServingCertificates& next, core::Timestamp now) {
  auto made = crypto::make_authority(kAuthorityName, now - kBackdating, now + kAuthorityLifetime);
  if (!made) return std::unexpected(made.error());
  next.authorities = made->certificate_pem + without_ended(next.authorities, now);
  next.authority_key = std::move(made->key_pem);
  return {};
}

core::Result<void> issue(ServingCertificates& next, const std::vector<std::string>& names, core::Timestamp now) {
  const crypto::CertificateAndKey authority{parts(next.authorities).front(), copy_of(next.authority_key)};
  auto made = crypto::issue_server_certificate(authority, names, now - kBackdating, now + kCertificateLifetime);
  if (!made) return std::unexpected(made.error());
  next.certificate = std::move(made->certificate_pem);
  next.key = std::move(made->key_pem);
  return {};
}

}  // namespace

CertificateStep next_step(const ServingCertificates& standing, const std::vector<std::string>& names,
                          bool authorities_are_trusted, core::Timestamp now) {
  const bool signs = can_sign(standing, now);
  const bool serves = can_serve(standing, names, now);
  if (!signs) return serves ? CertificateStep::MakeAuthority : CertificateStep::MakeAll;
  if (!serves) return CertificateStep::IssueCertificate;
  if (ends_within(standing.authorities, kAuthorityMargin, now)) return CertificateStep::MakeAuthority;
  const bool is_of_newest = crypto::is_issued_by(standing.certificate, parts(standing.authorities).front());
  const bool is_due = !is_of_newest || ends_within(standing.certificate, kCertificateMargin, now);
  return is_due && authorities_are_trusted ? CertificateStep::IssueCertificate : CertificateStep::None;
}

core::Result<ServingCertificates> take_step(CertificateStep step, const ServingCertificates& standing,
                                            const std::vector<std::string>& names, core::Timestamp now) {
  ServingCertificates next{.authorities = step == CertificateStep::MakeAll ? "" : standing.authorities,
                           .authority_key = copy_of(standing.authority_key),
                           .certificate = standing.certificate,
                           .key = copy_of(standing.key)};
  if (step == CertificateStep::MakeAuthority || step == CertificateStep::MakeAll) {
    if (const auto added = add_authority(next, now); !added) return std::unexpected(added.error());
  }
  if (step == CertificateStep::IssueCertificate || step == CertificateStep::MakeAll) {
    if (const auto issued = issue(next, names, now); !issued) return std::unexpected(issued.error());
  }
  return next;
}

}  // namespace guildhall::admission
