// Certificates of clients as they should be, and as they should not.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "operator/crypto/certificates.hpp"

namespace guildhall::http {

struct Wanted {
  std::vector<std::string> common_names = {"front-proxy"};
  std::string extended_key_usage = "clientAuth";  ///< as x509v3_config(5) writes it; empty: none is named
  std::chrono::hours begins{-24};                 ///< from now
  std::chrono::hours ends{24};
  bool is_authority = false;
};

/// Signed by this one, whatever that is; null: by itself.
crypto::CertificateAndKey issue(const Wanted& wanted, const crypto::CertificateAndKey* issuer);
crypto::CertificateAndKey issue_authority(const crypto::CertificateAndKey* issuer = nullptr,
                                          const std::string& common_name = "request header authority");

}  // namespace guildhall::http
