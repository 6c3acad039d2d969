#pragma once

#include <memory>

#include "operator/kube/credentials.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// A transport for requests whose answer somebody waits for: send() does all of its work on the caller's thread, on
/// connections of its own that are kept. A stream, which holds a thread for long, goes by `other`. Where the server is
/// named by a host name instead of an IP address, this is `other` itself: a thread cannot be called back from looking a
/// name up.
///
/// Guarantees, as of make_cpprest_transport(): the server's certificate is verified against the configured CA alone;
/// redirects are not followed; a call returns within milliseconds after its `stop`; a request with a body is put on the
/// wire at most once per send(), one without once more when a kept connection turns out to be closed; a 401, and new
/// certificates, are treated alike.
std::shared_ptr<HttpTransport> make_prompt_transport(std::shared_ptr<Credentials> credentials,
                                                     std::shared_ptr<HttpTransport> other);

}  // namespace guildhall::kube
