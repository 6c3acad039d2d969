#pragma once

#include <string>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::page {

/// Where users reach the page, as --public-url says.
struct PublicUrl {
  std::string origin;  ///< as browsers write it in Origin: lower case, without the scheme's own port
  std::string prefix;  ///< the path before the page's own: "" or "/guildhall"; no slash at its end
  bool is_https = false;
  bool operator==(const PublicUrl&) const = default;
};

/// Reads http[s]://host[:port][/path]; slashes at the end are dropped. Errors: Invalid, saying what is wrong.
core::Result<PublicUrl> parse_public_url(std::string_view text);

/// The path of an invitation below the origin. The token must be is_token().
std::string invitation_path(const PublicUrl& url, std::string_view token);
/// The link that the invitee gets.
std::string invitation_link(const PublicUrl& url, std::string_view token);

/// Whether this can be the token of a link: 16 to 128 letters, digits, '-' and '_', which no mail program and no proxy
/// has a reason to rewrite.
bool is_token(std::string_view text);

}  // namespace guildhall::page
