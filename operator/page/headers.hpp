#pragma once

#include <map>
#include <string>

#include "operator/page/public_url.hpp"

namespace guildhall::page {

/// What every answer of the page carries, whatever it is: nothing is run, loaded, framed, kept, indexed or told to
/// other sites. Sources: CSP Level 3, Fetch, HTML, RFC 6797 (only over https), OWASP Secure Headers.
std::map<std::string, std::string> security_headers(const PublicUrl& url);

}  // namespace guildhall::page
