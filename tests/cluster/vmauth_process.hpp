// A real vmauth.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "tests/cluster/child_process.hpp"

namespace guildhall::tests::cluster {

// Runs vmauth in a folder of its own under the build tree. It is killed with this value, and by the kernel when the
// thread that made it ends. Not thread-safe.
class VmauthProcess {
 public:
  // Waits until it answers. Throws std::runtime_error with what it says when it does not take the configuration.
  explicit VmauthProcess(const std::string& configuration);
  ~VmauthProcess();
  VmauthProcess(const VmauthProcess&) = delete;
  VmauthProcess& operator=(const VmauthProcess&) = delete;
  VmauthProcess(VmauthProcess&&) = delete;
  VmauthProcess& operator=(VmauthProcess&&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Takes in another configuration, as after a change of the mounted Secret. What -dryRun says of it; empty: it is
  // good.
  [[nodiscard]] std::string reload(const std::string& configuration);

 private:
  [[nodiscard]] std::string check() const;
  [[nodiscard]] std::string reloads() const;

  std::filesystem::path directory_;
  std::uint16_t port_;
  std::uint16_t internal_port_;  // of its own pages
  std::string configuration_;
  std::optional<ChildProcess> process_;
};

}  // namespace guildhall::tests::cluster
