#include "tests/cluster/proxy_process.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/cluster/eventually.hpp"
#include "tests/cluster/http_get.hpp"
#include "tests/cluster/own_directory.hpp"

namespace guildhall::tests::cluster {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfiguration = "configuration";

/// In the foreground, without the files and ports of a proxy of the system.
std::string whole(Proxy proxy, std::string configuration, const fs::path& directory) {
  if (proxy == Proxy::HAProxy) {
    const std::string place = "/etc/haproxy";
    if (const auto at = configuration.find(place); at != std::string::npos)
      configuration.replace(at, place.size(), directory.string());
    return configuration;
  }
  if (proxy == Proxy::Caddy) return "{\n\tadmin off\n\tauto_https off\n}\n" + configuration;
  return "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n"
         "client_body_temp_path body;\nproxy_temp_path proxy;\nfastcgi_temp_path fastcgi;\nuwsgi_temp_path uwsgi;\n"
         "scgi_temp_path scgi;\n" +
         configuration + "\n}\n";
}

Command command_of(Proxy proxy, const fs::path& directory) {
  if (proxy == Proxy::Nginx)
    return {.program = "/usr/sbin/nginx",
            .arguments = {"-p", directory.string() + "/", "-c", kConfiguration, "-e", "stderr"},
            .environment = {}};
  if (proxy == Proxy::HAProxy)
    return {.program = "/usr/sbin/haproxy",
            .arguments = {"-db", "-f", (directory / kConfiguration).string()},
            .environment = {}};
  return {.program = "/usr/bin/caddy",
          .arguments = {"run", "--config", (directory / kConfiguration).string(), "--adapter", "caddyfile"},
          .environment = {{"XDG_DATA_HOME", directory}, {"XDG_CONFIG_HOME", directory}}};
}

}  // namespace

ProxyProcess::ProxyProcess(Proxy proxy, const ProxyConfiguration& configuration, std::uint16_t port)
    : directory_(own_directory("proxy")) {
  std::ofstream(directory_ / kConfiguration) << whole(proxy, configuration.text, directory_);
  std::ofstream(directory_ / "guildhall.lua") << configuration.script;
  process_.emplace(command_of(proxy, directory_), directory_ / "log");
  const auto ready = eventually("the proxy answers, or it has ended", [&] {
    return Observation{.holds = http_get(port, "/").status != 0 || !process_->running(), .seen = ""};
  });
  if (!ready || !process_->running()) {
    std::ifstream log(directory_ / "log");
    throw std::runtime_error("the proxy does not start: " + std::string(std::istreambuf_iterator<char>(log), {}));
  }
}

ProxyProcess::~ProxyProcess() {
  process_->signal(SIGKILL);
  process_.reset();
  std::error_code ignored;
  if (!testing::Test::HasFailure()) fs::remove_all(directory_, ignored);
}

}  // namespace guildhall::tests::cluster
