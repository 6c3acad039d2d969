// nginx with a configuration of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "tests/cluster/child_process.hpp"

namespace guildhall::tests::cluster {

// Runs nginx, in a folder of its own under the build tree, with what stands in an http block. It is killed with this
// value, and by the kernel when the thread that made it ends. Not thread-safe.
class NginxProcess {
 public:
  // Waits until something listens at that port. Throws std::runtime_error with what nginx says when nothing does.
  NginxProcess(const std::string& http_block, std::uint16_t port);
  ~NginxProcess();
  NginxProcess(const NginxProcess&) = delete;
  NginxProcess& operator=(const NginxProcess&) = delete;
  NginxProcess(NginxProcess&&) = delete;
  NginxProcess& operator=(NginxProcess&&) = delete;

 private:
  std::filesystem::path directory_;
  std::optional<ChildProcess> process_;
};

}  // namespace guildhall::tests::cluster
