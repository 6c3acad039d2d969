#pragma once

#include <string>

#include "operator/core/result.hpp"
#include "operator/core/secret_text.hpp"
#include "operator/kube/config.hpp"
#include "operator/kube/credentials.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// What requests to one server have in common.
struct RequestFrame {
  std::string host;  ///< the Host header
  std::string path;  ///< stands before each target
  const Impersonation* impersonation;
};

/// A request as HTTP/1.1 has it on the wire, head and body. It asks for no compression. Pure. Errors: Internal, when a
/// part of its head holds a character that has no place there; what it is is not told, as it may be a token.
/// Source: RFC 9112.
core::Result<core::SecretText> request_text(const HttpRequest& request, const RequestFrame& frame,
                                            const Identity& identity);

}  // namespace guildhall::kube
