#include "operator/page/headers.hpp"

#include <fmt/format.h>

#include "operator/crypto/digest.hpp"
#include "operator/page/stylesheet.hpp"

namespace guildhall::page {

std::map<std::string, std::string> security_headers(const PublicUrl& url) {
  std::map<std::string, std::string> headers{
      {"Content-Security-Policy",
       fmt::format("default-src 'none'; style-src 'sha256-{}'; form-action 'self'; frame-ancestors 'none'; "
                   "base-uri 'none'",
                   crypto::sha256_base64(stylesheet()))},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cache-Control", "no-store"},
      {"X-Frame-Options", "DENY"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"},
      {"X-Robots-Tag", "noindex, nofollow, noarchive"},
  };
  if (url.is_https) headers.emplace("Strict-Transport-Security", "max-age=31536000");
  return headers;
}

}  // namespace guildhall::page
