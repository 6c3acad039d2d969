#include "tests/cluster/documented_proxy.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/cluster/control_plane.hpp"

namespace guildhall::tests::cluster {
namespace {

struct Documented {
  Proxy proxy;
  const char* name;
  const char* page;
  const char* language;
  const char* listens;     // how it says where it listens,
  const char* listens_at;  // and what stands before the port when it does so here
};

constexpr std::array kDocumented{
    Documented{Proxy::Nginx, "nginx", "nginx.md", "nginx", "listen 8427", "listen 127.0.0.1:"},
    Documented{Proxy::Caddy, "Caddy", "caddy.md", "caddyfile", ":8427", ":"},
    Documented{Proxy::HAProxy, "HAProxy", "haproxy.md", "haproxy", "bind :8427", "bind 127.0.0.1:"}};

const Documented& documented_of(Proxy proxy) {
  return *std::ranges::find(kDocumented, proxy, &Documented::proxy);
}

std::string at_port(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

}  // namespace

const char* name_of(Proxy proxy) {
  return documented_of(proxy).name;
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

std::string block_of(const std::string& page, const std::string& language) {
  std::ifstream file(source_directory() / "docs/gate" / page);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::string begin = "\n```" + language + "\n";
  const auto at = text.find(begin);
  if (at == std::string::npos) throw std::runtime_error("docs/gate/" + page + " has no block of " + language);
  const auto first = at + begin.size();
  return text.substr(first, text.find("\n```\n", first) - first + 1);
}

ProxyConfiguration documented_configuration(Proxy proxy, const ProxyPlaces& places) {
  const Documented& documented = documented_of(proxy);
  ProxyConfiguration configuration{.text = block_of(documented.page, documented.language), .script = {}};
  for (const std::string gate :
       {"guildhall-operator.guildhall-system.svc", "guildhall-operator.guildhall-system.svc.cluster.local"})
    replace_all(configuration.text, gate + ":8082", at_port(places.gate));
  replace_all(configuration.text, "victoria-metrics.acme-prod.svc:8428", at_port(places.backend));
  replace_all(configuration.text, documented.listens, documented.listens_at + std::to_string(places.port));
  replace_all(configuration.text, "/auth/acme/acme-prod.metrics", places.gate_path);
  if (proxy == Proxy::HAProxy) configuration.script = block_of(documented.page, "lua");
  return configuration;
}

}  // namespace guildhall::tests::cluster
