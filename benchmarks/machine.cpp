#include "benchmarks/machine.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/cluster/child_process.hpp"
#include "tests/cluster/control_plane.hpp"

namespace guildhall::benchmarks {
namespace {

/// What follows "NAME...:" in a file of /proc.
std::string field_of(const char* file, const std::string& name) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    const auto colon = line.find(':');
    if (!line.starts_with(name) || colon == std::string::npos) continue;
    const auto begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "unknown";
}

std::string memory() {
  const std::string kilobytes = field_of("/proc/meminfo", "MemTotal");
  return kilobytes == "unknown" ? kilobytes : fmt::format("{:.1f} GiB", std::stod(kilobytes) / 1024 / 1024);
}

std::string kernel() {
  utsname name{};
  return ::uname(&name) == 0 ? fmt::format("{} {}", name.sysname, name.release) : "unknown";
}

std::string system_name() {
  std::ifstream stream("/etc/os-release");
  for (std::string line; std::getline(stream, line);) {
    constexpr std::string_view key = "PRETTY_NAME=\"";
    if (line.starts_with(key)) return line.substr(key.size(), line.size() - key.size() - 1);
  }
  return "unknown";
}

std::string first_line_of(const std::string& program, std::vector<std::string> arguments) {
  const auto output = tests::cluster::run({.program = program, .arguments = std::move(arguments), .environment = {}});
  return output.exit_code == 0 ? output.out.substr(0, output.out.find('\n')) : "unknown";
}

/// Of the control plane that tests/cluster builds, as its go.mod has it.
std::string kubernetes() {
  std::ifstream stream(tests::cluster::source_directory() / "tests/cluster/controlplane/go.mod");
  for (std::string line; std::getline(stream, line);) {
    constexpr std::string_view module = "\tk8s.io/kubernetes ";
    if (line.starts_with(module)) return line.substr(module.size());
  }
  return "unknown";
}

std::string commit() {
  const std::string checkout = tests::cluster::source_directory().string();
  const std::string hash = first_line_of("/usr/bin/git", {"-C", checkout, "rev-parse", "--short", "HEAD"});
  const std::string dirty =
      first_line_of("/usr/bin/git", {"-C", checkout, "status", "--porcelain", "operator", "controllers"});
  return dirty.empty() ? hash : hash + ", changed";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> describe_machine() {
  return {{"CPU", field_of("/proc/cpuinfo", "model name")},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"memory", memory()},
          {"system", fmt::format("{}, {}", system_name(), kernel())},
          {"compiler", fmt::format("GCC {}, preset release: -O2, hardened", __VERSION__)},
          {"control plane", fmt::format("Kubernetes {}, etcd without fsync, all on this machine", kubernetes())},
          {"commit", commit()},
          {"day", fmt::format("{:%Y-%m-%d}", std::chrono::system_clock::now())}};
}

}  // namespace guildhall::benchmarks
