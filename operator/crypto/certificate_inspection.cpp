#include <fmt/format.h>
#include <openssl/asn1.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>

#include "operator/crypto/certificate_names.hpp"
#include "operator/crypto/certificates.hpp"
#include "operator/crypto/pem.hpp"

namespace guildhall::crypto {
namespace {

struct NamesFree {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
using Names = std::unique_ptr<GENERAL_NAMES, NamesFree>;

core::Result<core::Timestamp> timestamp_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1)
    return core::fail(core::ErrorKind::Invalid, "the certificate holds a time that cannot be read");
  const auto day = std::chrono::year(parts.tm_year + 1900) / (parts.tm_mon + 1) / parts.tm_mday;
  return core::Timestamp(std::chrono::sys_days(day)) + std::chrono::hours(parts.tm_hour) +
         std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec);
}

std::string_view bytes_of(const ASN1_STRING* string) {
  if (string == nullptr) return {};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): C API
  const auto* data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(string));
  return {data, static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes)
    text += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
  return text;
}

std::vector<std::string> names_of(const X509* certificate) {
  const Names names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> texts;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {  // of a null pointer: -1
    int type = 0;
    const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
    if (type == GEN_DNS) texts.emplace_back(bytes_of(static_cast<const ASN1_STRING*>(value)));
    if (type == GEN_IPADD) texts.push_back(address_text(bytes_of(static_cast<const ASN1_STRING*>(value))));
  }
  return texts;
}

bool has_signed(X509* authority, X509* certificate) {
  return X509_check_ca(authority) == 1 && X509_check_issued(authority, certificate) == X509_V_OK &&
         X509_verify(certificate, X509_get0_pubkey(authority)) == 1;
}

}  // namespace

core::Result<CertificateInfo> inspect_certificate(std::string_view certificate_pem) {
  const Certificate certificate = read_first_certificate(certificate_pem);
  if (!certificate) return core::fail(core::ErrorKind::Invalid, "no PEM certificate" + take_openssl_reason());
  const auto not_before = timestamp_of(X509_get0_notBefore(certificate.get()));
  if (!not_before) return std::unexpected(not_before.error());
  const auto not_after = timestamp_of(X509_get0_notAfter(certificate.get()));
  if (!not_after) return std::unexpected(not_after.error());
  return CertificateInfo{.not_before = *not_before,
                         .not_after = *not_after,
                         .names = names_of(certificate.get()),
                         .subject_key_id = hex(bytes_of(X509_get0_subject_key_id(certificate.get()))),
                         .authority_key_id = hex(bytes_of(X509_get0_authority_key_id(certificate.get()))),
                         .is_authority = X509_check_ca(certificate.get()) == 1};
}

bool is_pair(std::string_view certificate_pem, const core::SecretText& key_pem) {
  const Certificate certificate = read_first_certificate(certificate_pem);
  const PrivateKey key = read_private_key(key_pem.reveal());
  return certificate && key && belongs_to(key.get(), certificate.get());
}

bool is_issued_by(std::string_view certificate_pem, std::string_view authorities_pem) {
  const Certificate certificate = read_first_certificate(certificate_pem);
  const auto authorities = read_certificates(authorities_pem);
  return certificate && std::ranges::any_of(authorities, [&](const Certificate& authority) {
           return has_signed(authority.get(), certificate.get());
         });
}

}  // namespace guildhall::crypto
