#include "tests/cluster/control_plane.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace guildhall::tests::cluster {
namespace {

namespace fs = std::filesystem;

fs::path scripts() {
  return fs::path(GUILDHALL_SOURCE_DIR) / "tests/cluster";
}

Output succeed(Output output, const std::string& what) {
  if (output.exit_code != 0) {
    throw std::runtime_error(what + " failed:\n" + output.err);
  }
  return output;
}

fs::path make_directory() {
  const fs::path parent = fs::path(GUILDHALL_BINARY_DIR) / "clusters";
  fs::create_directories(parent);
  std::string name = parent / "XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("cannot make a folder in " + parent.string());
  }
  return name;
}

// The folder of the built commands; builds them when the cache has none, which takes minutes.
fs::path kubectl_program() {
  auto output = succeed(run({.program = scripts() / "setup/controlplane", .arguments = {}, .environment = {}}, {},
                            std::chrono::minutes(20)),
                        "building the control plane");
  while (!output.out.empty() && output.out.back() == '\n') {
    output.out.pop_back();
  }
  return fs::path(output.out) / "kubectl";
}

std::string file_name_of(std::string_view text) {
  std::string name(text);
  std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

}  // namespace

fs::path source_directory() {
  return GUILDHALL_SOURCE_DIR;
}

std::vector<fs::path> crds() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(GUILDHALL_SOURCE_DIR) / "crds")) {
    if (entry.path().extension() == ".yaml") {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

ControlPlane::ControlPlane(const ControlPlaneOptions& options)
    : options_(options), directory_(make_directory()), kubectl_(kubectl_program()) {
  start();
}

ControlPlane::~ControlPlane() {
  const auto output = cluster({"down", directory_});
  EXPECT_EQ(output.exit_code, 0) << output.err;
  std::error_code ignored;
  const bool keep_logs = testing::UnitTest::GetInstance()->Failed();
  fs::remove_all(keep_logs ? directory_ / "etcd" : directory_, ignored);
}

Output ControlPlane::cluster(const std::vector<std::string>& arguments) const {
  Command command{.program = scripts() / "cluster", .arguments = arguments, .environment = {}};
  command.environment.emplace_back("APISERVER_FLAGS", options_.apiserver_flags);
  return run(command);
}

Kubectl ControlPlane::with_kubeconfig(std::string_view file_stem, std::string_view content) const {
  const auto path = directory_ / (file_name_of(file_stem) + ".kubeconfig");
  std::ofstream(path) << content;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  return {kubectl_, path};
}

Kubectl ControlPlane::user(const std::string& name, const std::vector<std::string>& groups) const {
  std::vector<std::string> arguments{"user", directory_, name};
  arguments.insert(arguments.end(), groups.begin(), groups.end());
  return with_kubeconfig(name, succeed(cluster(arguments), "making user " + name).out);
}

Kubectl ControlPlane::serviceaccount(const std::string& namespace_name, const std::string& name) const {
  const auto output =
      succeed(cluster({"serviceaccount", directory_, namespace_name, name}), "making a token of " + name);
  return with_kubeconfig(namespace_name + "." + name, output.out);
}

void ControlPlane::restart_apiserver() {
  succeed(cluster({"restart", directory_, "apiserver"}), "restarting the API server");
}

void ControlPlane::stop() {
  succeed(cluster({"down", directory_}), "stopping the control plane");
}

void ControlPlane::start() {
  std::vector<std::string> arguments{"up", "--die-with", std::to_string(::getpid())};
  for (const auto& file : options_.install) {
    arguments.insert(arguments.end(), {"--install", file});
  }
  arguments.push_back(directory_);
  succeed(cluster(arguments), "starting the control plane");
}

void ControlPlane::compact() {
  succeed(cluster({"compact", directory_}), "compacting etcd");
}

}  // namespace guildhall::tests::cluster
