#pragma once

#include <string>
#include <string_view>

#include "operator/core/result.hpp"
#include "operator/http/server.hpp"

namespace guildhall::gate {

/// What a proxy asks about.
struct OriginalRequest {
  std::string organization;
  std::string deployment;  ///< a name of it, as the proxy's configuration has it
  std::string method;      ///< as it came; "" when the proxy does not say
  std::string target;      ///< path and query, undecoded
};

/// Reads what the proxy says, each route in its own manner and by nothing else: who asks could send the headers of
/// another along.
///
///     /auth/<organization>/<deployment>                          X-Original-Method, X-Original-URI (nginx, HAProxy)
///     /auth/<organization>/<deployment>/forwarded                X-Forwarded-Method, X-Forwarded-Uri (Traefik, Caddy)
///     /auth/<organization>/<deployment>/envoy/<original path>    the request line itself
///
/// Pure. Errors: NotFound for another path; Forbidden, when the header of the URI is missing or said more than once, or
/// that of the method more than once: the proxy's configuration is not as it should be.
core::Result<OriginalRequest> original_request(const http::Request& request);

}  // namespace guildhall::gate
