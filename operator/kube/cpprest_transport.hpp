#pragma once

#include <memory>

#include "operator/core/result.hpp"
#include "operator/kube/config.hpp"
#include "operator/kube/credentials.hpp"
#include "operator/kube/transport.hpp"

namespace guildhall::kube {

/// Threads of cpprestsdk's pool. It is one for the whole process: the first call decides, later ones change nothing.
inline constexpr int kTransportThreads = 4;

struct TransportOptions {
  int threads = kTransportThreads;
  CredentialSources sources = {};
};

/// The transport of the product, on cpprestsdk: HTTP/1.1 over TLS 1.2 or newer, connections kept and used again, each
/// stream on a connection of its own while it is under way.
///
/// Guarantees: the server's certificate is verified against the configured CA alone; redirects are not followed; a call
/// returns within milliseconds after its `stop`, whatever the server does; destruction waits for nothing; a request
/// with a body is put on the wire at most once per send(); after a 401 the credentials are taken anew (token file,
/// certificate files, exec plugin) and the answer says whether there are others now; new certificates are used by new
/// connections, old connections are not used again. An answer's body is 512 MiB at most, a line of a stream 16 MiB
/// (longer: Unavailable).
/// Errors: Invalid, when the server's URL, the CA, the client certificate or its key cannot be read; Unauthorized, when
/// credentials cannot be had now (an exec plugin that fails).
core::Result<std::shared_ptr<HttpTransport>> make_cpprest_transport(ClusterConfig config,
                                                                    TransportOptions options = {});

/// The same with credentials that another transport has, too.
core::Result<std::shared_ptr<HttpTransport>> make_cpprest_transport(std::shared_ptr<Credentials> credentials,
                                                                    int threads = kTransportThreads);

}  // namespace guildhall::kube
