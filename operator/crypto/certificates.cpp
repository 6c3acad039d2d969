#include "operator/crypto/certificates.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <chrono>
#include <memory>
#include <span>
#include <tuple>

#include "operator/core/text.hpp"
#include "operator/crypto/certificate_names.hpp"
#include "operator/crypto/pem.hpp"

namespace guildhall::crypto {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* value) const {
    Free(value);
  }
};
using BigNumber = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using Name = std::unique_ptr<GENERAL_NAME, Freer<GENERAL_NAME_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;
using Time = std::unique_ptr<ASN1_TIME, Freer<ASN1_TIME_free>>;

constexpr std::size_t kLongestCommonName = 64;  // ub-common-name

std::unexpected<core::Error> invalid(std::string what) {
  return core::fail(core::ErrorKind::Invalid, std::move(what));
}

std::unexpected<core::Error> failed(std::string_view what) {
  return core::fail(core::ErrorKind::Internal, fmt::format("OpenSSL cannot {}{}", what, take_openssl_reason()));
}

struct Extended {
  int id;
  const char* value;  ///< in the words of x509v3_config(5); no input stands in it
};
constexpr std::array kOfAuthority{Extended{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                  Extended{NID_key_usage, "critical,keyCertSign,cRLSign"},
                                  Extended{NID_subject_key_identifier, "hash"}};
constexpr std::array kOfServer{Extended{NID_basic_constraints, "critical,CA:FALSE"},
                               Extended{NID_key_usage, "critical,digitalSignature"},
                               Extended{NID_ext_key_usage, "serverAuth"}, Extended{NID_subject_key_identifier, "hash"},
                               Extended{NID_authority_key_identifier, "keyid:always"}};

bool set_serial(X509* certificate) {
  const BigNumber serial(BN_new());
  // 128 bits whose first is set; never negative.
  return serial && BN_rand(serial.get(), 128, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr;
}

Time time_of(core::Timestamp time) {
  return Time(ASN1_TIME_set(nullptr, std::chrono::system_clock::to_time_t(core::floor_to_seconds(time))));
}

bool set_validity(X509* certificate, core::Timestamp not_before, core::Timestamp not_after) {
  const Time from = time_of(not_before);
  const Time until = time_of(not_after);
  return from && until && X509_set1_notBefore(certificate, from.get()) == 1 &&
         X509_set1_notAfter(certificate, until.get()) == 1;
}

bool set_subject(X509* certificate, const std::string& common_name) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): C API
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
  return X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8, text,
                                    static_cast<int>(common_name.size()), -1, 0) == 1;
}

bool extend(X509* certificate, X509* issuer, std::span<const Extended> extensions) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  for (const auto& [id, value] : extensions) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) return false;
  }
  return true;
}

/// An address if it can be read as one, else a DNS name; null: neither.
Name general_name(const std::string& text) {
  Name name(GENERAL_NAME_new());
  if (!name || text.find('\0') != std::string::npos) return nullptr;
  if (ASN1_OCTET_STRING* address = a2i_IPADDRESS(text.c_str())) {
    GENERAL_NAME_set0_value(name.get(), GEN_IPADD, address);
    return name;
  }
  ERR_clear_error();
  ASN1_IA5STRING* dns = is_dns_name(text) ? ASN1_IA5STRING_new() : nullptr;
  if (dns == nullptr) return nullptr;
  GENERAL_NAME_set0_value(name.get(), GEN_DNS, dns);
  return ASN1_STRING_set(dns, text.data(), static_cast<int>(text.size())) == 1 ? std::move(name) : nullptr;
}

core::Result<Names> general_names(const std::vector<std::string>& texts) {
  Names names(GENERAL_NAMES_new());
  for (const std::string& text : texts) {
    Name name = general_name(text);
    if (!name) return invalid(fmt::format("'{}' is neither a DNS name nor an IP address", text));
    if (sk_GENERAL_NAME_push(names.get(), name.get()) == 0) return failed("collect names");
    std::ignore = name.release();
  }
  return names;
}

struct Draft {
  PrivateKey key{EVP_EC_gen("P-256")};
  Certificate certificate{X509_new()};
};

core::Result<Draft> begin(const std::string& common_name, core::Timestamp not_before, core::Timestamp not_after) {
  ERR_clear_error();
  if (not_after < not_before) return invalid("a certificate cannot end before it begins");
  Draft draft;
  X509* certificate = draft.certificate.get();
  if (!draft.key || certificate == nullptr) return failed("make a key");
  if (X509_set_version(certificate, X509_VERSION_3) != 1 || !set_serial(certificate) ||
      X509_set_pubkey(certificate, draft.key.get()) != 1)
    return failed("begin a certificate");
  if (!set_validity(certificate, not_before, not_after)) return invalid("a certificate cannot hold these times");
  if (!set_subject(certificate, common_name))
    return invalid(fmt::format("'{}' cannot be a common name{}", common_name, take_openssl_reason()));
  return draft;
}

/// The text that was written. OpenSSL wipes its own.
core::SecretText secret_in(BIO* bio) {
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio, &text);
  return core::SecretText(std::string(text, static_cast<std::size_t>(length)));
}

core::Result<CertificateAndKey> finish(const Draft& draft, EVP_PKEY* signer) {
  const Bio certificate(BIO_new(BIO_s_mem()));
  const Bio key(BIO_new(BIO_s_secmem()));
  if (!certificate || !key || X509_sign(draft.certificate.get(), signer, EVP_sha256()) == 0)
    return failed("sign a certificate");
  if (PEM_write_bio_X509(certificate.get(), draft.certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key.get(), draft.key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return failed("write a certificate and its key");
  char* text = nullptr;
  const long length = BIO_get_mem_data(certificate.get(), &text);
  return CertificateAndKey{.certificate_pem{text, static_cast<std::size_t>(length)}, .key_pem = secret_in(key.get())};
}

struct Authority {
  Certificate certificate;
  PrivateKey key;
};

core::Result<Authority> read_authority(const CertificateAndKey& pair) {
  Authority authority{.certificate = read_first_certificate(pair.certificate_pem), .key = nullptr};
  if (!authority.certificate)
    return invalid("the authority's certificate is no PEM certificate" + take_openssl_reason());
  if (X509_check_ca(authority.certificate.get()) != 1) return invalid("the authority's certificate may sign no others");
  authority.key = read_private_key(pair.key_pem.reveal());
  if (!authority.key) return invalid("the authority's key is no PEM private key" + take_openssl_reason());
  if (!belongs_to(authority.key.get(), authority.certificate.get()))
    return invalid("the authority's key belongs to another certificate");
  return authority;
}

}  // namespace

core::Result<CertificateAndKey> make_authority(const std::string& common_name, core::Timestamp not_before,
                                               core::Timestamp not_after) {
  const auto draft = begin(common_name, not_before, not_after);
  if (!draft) return std::unexpected(draft.error());
  X509* certificate = draft->certificate.get();
  if (X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) != 1 ||
      !extend(certificate, certificate, kOfAuthority))
    return failed("complete an authority's certificate");
  return finish(*draft, draft->key.get());
}

core::Result<CertificateAndKey> issue_server_certificate(const CertificateAndKey& authority,
                                                         const std::vector<std::string>& names,
                                                         core::Timestamp not_before, core::Timestamp not_after) {
  if (names.empty()) return invalid("a server's certificate needs a name");
  const auto issuer = read_authority(authority);
  if (!issuer) return std::unexpected(issuer.error());
  const auto alternatives = general_names(names);
  if (!alternatives) return std::unexpected(alternatives.error());
  const std::string common_name(core::cut_text(names.front(), kLongestCommonName));
  const auto draft = begin(common_name, not_before, not_after);
  if (!draft) return std::unexpected(draft.error());
  X509* certificate = draft->certificate.get();
  if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer->certificate.get())) != 1 ||
      !extend(certificate, issuer->certificate.get(), kOfServer) ||
      X509_add1_ext_i2d(certificate, NID_subject_alt_name, alternatives->get(), 0, X509V3_ADD_DEFAULT) != 1)
    return failed("complete a server's certificate");
  return finish(*draft, issuer->key.get());
}

}  // namespace guildhall::crypto
