// A proxy with a configuration of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "tests/cluster/child_process.hpp"

namespace guildhall::tests::cluster {

enum class Proxy { Nginx, Caddy, HAProxy };

struct ProxyConfiguration {
  std::string text;    // of nginx what stands in its http block, of Caddy the sites, of HAProxy all
  std::string script;  // of HAProxy: what it loads as /etc/haproxy/guildhall.lua
};

// Runs a proxy in a folder of its own under the build tree. It is killed with this value, and by the kernel when the
// thread that made it ends. Not thread-safe.
class ProxyProcess {
 public:
  // Waits until something listens at that port. Throws std::runtime_error with what the proxy says when nothing does.
  ProxyProcess(Proxy proxy, const ProxyConfiguration& configuration, std::uint16_t port);
  ~ProxyProcess();
  ProxyProcess(const ProxyProcess&) = delete;
  ProxyProcess& operator=(const ProxyProcess&) = delete;
  ProxyProcess(ProxyProcess&&) = delete;
  ProxyProcess& operator=(ProxyProcess&&) = delete;

 private:
  std::filesystem::path directory_;
  std::optional<ChildProcess> process_;
};

}  // namespace guildhall::tests::cluster
