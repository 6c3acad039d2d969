#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/core/clock.hpp"
#include "operator/core/metrics.hpp"
#include "operator/core/seal.hpp"
#include "operator/invitation_desk.hpp"
#include "operator/page/page_server.hpp"
#include "operator/public_options.hpp"

namespace guildhall {

/// The page of invitations on its port, when there is a public URL. Every replica serves it. Thread-safe.
class PublicPage {
 public:
  /// References outlive it.
  struct Surroundings {
    std::shared_ptr<kube::HttpTransport> transport;
    const controllers::member::Caches& caches;
    std::function<bool()> has_read_cluster;
    const core::Sealer& sealer;
    const core::Clock& clock;
    core::Metrics& metrics;
    controllers::organization::IdentityRules identity;
    std::function<std::string(const api::Member& member)> creator;
    std::stop_token stop;
  };

  PublicPage(const PublicOptions& options, const Surroundings& surroundings);

  /// Begins to listen. The port, or nothing without a public URL. Errors: of listening.
  core::Result<std::optional<std::uint16_t>> start();
  void stop();

 private:
  kube::Client client_;
  InvitationDesk desk_;
  std::unique_ptr<page::PageServer> server_;
};

}  // namespace guildhall
