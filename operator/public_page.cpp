#include "operator/public_page.hpp"

#include <spdlog/spdlog.h>

namespace guildhall {
namespace {

/// Somebody waits before a browser. Without a write guard: every replica answers.
kube::ClientOptions client_options() {
  kube::ClientOptions client;
  client.timeout = std::chrono::milliseconds{3'000};
  client.longest_wait = std::chrono::milliseconds{1'000};
  client.max_attempts = 2;
  return client;
}

}  // namespace

PublicPage::PublicPage(const PublicOptions& options, const Surroundings& at)
    : client_(at.transport, client_options(), at.metrics),
      desk_({.caches = at.caches,
             .has_read_cluster = at.has_read_cluster,
             .client = client_,
             .sealer = at.sealer,
             .clock = at.clock,
             .identity = at.identity,
             .creator = at.creator}) {
  if (!options.url) return;
  server_ = std::make_unique<page::PageServer>(
      options.listen, page::Settings{.url = *options.url, .trusted_proxies = options.trusted_proxies, .limits = {}},
      page::Dependencies{.invitations = desk_,
                         .clock = at.clock,
                         .steady = [] { return std::chrono::steady_clock::now(); },
                         .metrics = at.metrics,
                         .log = [](const std::string& line) { spdlog::info("{}", line); },
                         .stop = at.stop});
}

core::Result<std::optional<std::uint16_t>> PublicPage::start() {
  if (!server_) return std::optional<std::uint16_t>{};
  const auto port = server_->start();
  if (!port) return std::unexpected(port.error());
  return std::optional(*port);
}

void PublicPage::stop() {
  if (server_) server_->stop();
}

}  // namespace guildhall
