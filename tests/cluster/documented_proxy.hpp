// The configurations that docs/gate shows, as they stand there but for the addresses.
#pragma once

#include <cstdint>
#include <string>

#include "tests/cluster/proxy_process.hpp"

namespace guildhall::tests::cluster {

// "nginx"
const char* name_of(Proxy proxy);

// Puts `by` in every place of `what`.
void replace_all(std::string& text, const std::string& what, const std::string& by);

// The block of that language on a page of docs/gate. Throws std::runtime_error when there is none.
std::string block_of(const std::string& page, const std::string& language);

// What stands on this machine in place of the pages' addresses.
struct ProxyPlaces {
  std::uint16_t gate = 0;     // asked by the proxy
  std::uint16_t backend = 0;  // behind it
  std::uint16_t port = 0;     // its own
  std::string gate_path;      // in place of /auth/acme/acme-prod.metrics
};

// Throws std::runtime_error as block_of does.
ProxyConfiguration documented_configuration(Proxy proxy, const ProxyPlaces& places);

}  // namespace guildhall::tests::cluster
