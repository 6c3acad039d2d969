#include "tests/unit/operator/http/client_certificates.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "operator/crypto/pem.hpp"

namespace guildhall::http {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

template <class Write>
std::string pem_of(Write write) {
  const Bio bio(BIO_new(BIO_s_mem()));
  EXPECT_EQ(write(bio.get()), 1);
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

/// Also such that OpenSSL would not let pass for a name.
void add_name(X509* certificate, const std::string& name) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): C API
  const auto* bytes = reinterpret_cast<const unsigned char*>(name.data());
  EXPECT_EQ(X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, V_ASN1_UTF8STRING, bytes,
                                       static_cast<int>(name.size()), -1, 0),
            1);
}

void extend(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  EXPECT_EQ(X509_add_ext(certificate, extension.get(), -1), 1);
}

void describe(X509* certificate, const Wanted& wanted) {
  EXPECT_EQ(X509_set_version(certificate, X509_VERSION_3), 1);
  EXPECT_EQ(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1), 1);
  for (const std::string& name : wanted.common_names)
    add_name(certificate, name);
  X509_gmtime_adj(X509_getm_notBefore(certificate), std::chrono::seconds(wanted.begins).count());
  X509_gmtime_adj(X509_getm_notAfter(certificate), std::chrono::seconds(wanted.ends).count());
}

}  // namespace

crypto::CertificateAndKey issue(const Wanted& wanted, const crypto::CertificateAndKey* issuer) {
  const crypto::Certificate certificate(X509_new());
  const crypto::PrivateKey key(EVP_EC_gen("P-256"));
  const auto above = issuer == nullptr ? nullptr : crypto::read_first_certificate(issuer->certificate_pem);
  const auto key_above = issuer == nullptr ? nullptr : crypto::read_private_key(issuer->key_pem.reveal());
  X509* signer = above ? above.get() : certificate.get();
  describe(certificate.get(), wanted);
  X509_set_pubkey(certificate.get(), key.get());
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
  extend(certificate.get(), signer, NID_basic_constraints, wanted.is_authority ? "critical,CA:TRUE" : "CA:FALSE");
  extend(certificate.get(), signer, NID_key_usage, wanted.is_authority ? "keyCertSign" : "digitalSignature");
  if (!wanted.extended_key_usage.empty())
    extend(certificate.get(), signer, NID_ext_key_usage, wanted.extended_key_usage);
  EXPECT_NE(X509_sign(certificate.get(), key_above ? key_above.get() : key.get(), EVP_sha256()), 0);
  return {.certificate_pem = pem_of([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); }),
          .key_pem = core::SecretText(pem_of([&](BIO* bio) {
            return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          }))};
}

crypto::CertificateAndKey issue_authority(const crypto::CertificateAndKey* issuer, const std::string& common_name) {
  return issue({.common_names = {common_name}, .extended_key_usage = "", .is_authority = true}, issuer);
}

}  // namespace guildhall::http
