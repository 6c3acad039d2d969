#include "tests/cluster/nginx_process.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/cluster/eventually.hpp"
#include "tests/cluster/http_get.hpp"

namespace guildhall::tests::cluster {
namespace {

namespace fs = std::filesystem;

fs::path new_directory() {
  const auto parent = fs::path(GUILDHALL_BINARY_DIR) / "clusters";
  fs::create_directories(parent);
  std::string name = (parent / "nginx-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for nginx in " + parent.string());
  return name;
}

/// Around the block: in the foreground, without files of the system's nginx.
std::string configuration(const std::string& http_block) {
  return "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n"
         "client_body_temp_path body;\nproxy_temp_path proxy;\nfastcgi_temp_path fastcgi;\nuwsgi_temp_path uwsgi;\n"
         "scgi_temp_path scgi;\n" +
         http_block + "\n}\n";
}

}  // namespace

NginxProcess::NginxProcess(const std::string& http_block, std::uint16_t port) : directory_(new_directory()) {
  std::ofstream(directory_ / "nginx.conf") << configuration(http_block);
  process_.emplace(Command{.program = "/usr/sbin/nginx",
                           .arguments = {"-p", directory_.string() + "/", "-c", "nginx.conf", "-e", "stderr"},
                           .environment = {}},
                   directory_ / "nginx.log");
  const auto ready = eventually("nginx answers, or it has ended", [&] {
    return Observation{.holds = http_get(port, "/").status != 0 || !process_->running(), .seen = ""};
  });
  if (!ready || !process_->running()) {
    std::ifstream log(directory_ / "nginx.log");
    throw std::runtime_error("nginx does not start: " + std::string(std::istreambuf_iterator<char>(log), {}));
  }
}

NginxProcess::~NginxProcess() {
  process_->signal(SIGKILL);
  process_.reset();
  std::error_code ignored;
  if (!testing::Test::HasFailure()) fs::remove_all(directory_, ignored);
}

}  // namespace guildhall::tests::cluster
