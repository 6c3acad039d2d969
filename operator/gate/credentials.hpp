#pragma once

#include <string>

#include "operator/http/server.hpp"

namespace guildhall::gate {

/// What a request presents as a key.
enum class Presented {
  Nothing,    ///< no credential
  Token,      ///< just one, which may be anything
  Several,    ///< different ones: which would be checked, and which used?
  Malformed,  ///< a credential of another kind, or one that cannot be read
};

struct Credentials {
  Presented presented = Presented::Nothing;
  std::string token;  ///< of Presented::Token. Not to be logged
};

/// Where VictoriaMetrics Cloud's clients put a key.
inline constexpr const char* kAccessHeader = "x-vm-cloud-access";

/// The key of a request: `Authorization: Bearer <token>`, or Token as clients of InfluxDB say it, or Basic with the
/// token as password whatever the user, or X-VM-Cloud-Access. The same one said more than once is one. Pure. Source:
/// RFC 6750, section 2.1; RFC 7617.
Credentials credentials_of(const http::Request& request);

}  // namespace guildhall::gate
