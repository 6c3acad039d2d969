#include "tests/cluster/vmauth_process.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "tests/cluster/control_plane.hpp"
#include "tests/cluster/eventually.hpp"
#include "tests/cluster/http_get.hpp"
#include "tests/cluster/own_directory.hpp"

namespace guildhall::tests::cluster {
namespace {

namespace fs = std::filesystem;

fs::path vmauth_binary() {
  const auto built =
      run({.program = source_directory() / "tests/cluster/setup/victoriametrics", .arguments = {}, .environment = {}},
          {}, std::chrono::minutes(15));
  if (built.exit_code != 0) throw std::runtime_error("vmauth cannot be built: " + built.err);
  return fs::path(built.out.substr(0, built.out.find('\n'))) / "vmauth";
}

}  // namespace

VmauthProcess::VmauthProcess(const std::string& configuration)
    : directory_(own_directory("vmauth")), port_(free_port()), internal_port_(free_port()) {
  if (const std::string flaw = reload(configuration); !flaw.empty()) throw std::runtime_error(flaw);
  process_.emplace(Command{.program = vmauth_binary(),
                           .arguments = {"-auth.config=" + (directory_ / "auth.yml").string(),
                                         "-httpListenAddr=127.0.0.1:" + std::to_string(port_),
                                         "-httpInternalListenAddr=127.0.0.1:" + std::to_string(internal_port_)},
                           .environment = {}},
                   directory_ / "log");
  const auto ready = eventually("vmauth answers, or it has ended", [&] {
    return Observation{.holds = http_get(internal_port_, "/health").status == 200 || !process_->running(), .seen = ""};
  });
  if (ready && process_->running()) return;
  std::ifstream log(directory_ / "log");
  throw std::runtime_error("vmauth does not start: " + std::string(std::istreambuf_iterator<char>(log), {}));
}

VmauthProcess::~VmauthProcess() {
  process_.reset();
  std::error_code ignored;
  if (!testing::Test::HasFailure()) fs::remove_all(directory_, ignored);
}

std::string VmauthProcess::check() const {
  const Output checked = run({.program = vmauth_binary(),
                              .arguments = {"-dryRun", "-auth.config=" + (directory_ / "auth.yml").string()},
                              .environment = {}});
  return checked.exit_code == 0 ? "" : checked.err;
}

std::string VmauthProcess::reload(const std::string& configuration) {
  const std::string before = reloads();
  const bool is_new = std::exchange(configuration_, configuration) != configuration;
  std::ofstream(directory_ / "auth.yml") << configuration;
  if (std::string flaw = check(); !flaw.empty() || !process_ || !is_new) return flaw;
  if (http_get(internal_port_, "/-/reload").status != 200) return "vmauth does not reload";
  // It answers before it has done so.
  const auto taken_in =
      eventually("vmauth has taken it in", [&] { return Observation{.holds = reloads() != before, .seen = before}; });
  return taken_in ? "" : taken_in.message();
}

std::string VmauthProcess::reloads() const {
  const std::string metrics = process_ ? http_get(internal_port_, "/metrics").body : "";
  const auto at = metrics.find("vmauth_config_last_reload_total ");
  return at == std::string::npos ? "" : metrics.substr(at, metrics.find('\n', at) - at);
}

}  // namespace guildhall::tests::cluster
