#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>

#include "operator/admission/webhook_paths.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"

namespace guildhall::admission {

// The webhooks, and the name of both configurations that have them called.
inline constexpr const char* kInvariantsWebhook = "invariants";  ///< guards the last Admin; validating
inline constexpr const char* kDeletionsWebhook = "deletions";    ///< tells who deleted what; validating
inline constexpr const char* kChangesWebhook = "changes";        ///< notes who changed what; mutating
inline constexpr const char* kWebhookConfigurationName = "guildhall";

/// The webhooks of a configuration, with all that the server would fill in: so that what stands can be compared.
/// `type`: ValidatingWebhookConfiguration or MutatingWebhookConfiguration. `url_of`: of a webhook,
/// "https://localhost:9443/changes/x"; `authorities`: PEM that callers are to trust.
nlohmann::json webhooks_of(const core::ResourceType& type, const std::map<std::string, std::string>& url_of,
                           const std::string& authorities);

/// Has the API server call the webhooks, and trust what they serve with. In a cluster the configurations are the
/// chart's and have a service: only its path and their caBundle are kept. Outside of one they get our URL.
class WebhookRegistration {
 public:
  /// `url`: unset in a cluster. `client` outlives this.
  WebhookRegistration(kube::Client& client, std::optional<std::string> url, WebhookPaths paths)
      : client_(client), url_(std::move(url)), paths_(paths) {}

  /// Before keep(), once the port is known.
  void set_port(std::uint16_t port);
  /// Writes only what differs, and says whether it wrote since it last said so. Errors: of the API server; NotFound
  /// where a configuration is missing, as it is never made here.
  core::Result<bool> keep(const std::string& authorities, const std::stop_token& stop);

 private:
  core::Result<bool> keep_one(const core::ResourceType& type, const std::string& authorities,
                              const std::stop_token& stop);
  core::Result<bool> inject(const core::ResourceType& type, nlohmann::json configuration,
                            const std::map<std::string, std::string>& path_of, const std::string& authorities,
                            const std::stop_token& stop);

  kube::Client& client_;
  std::optional<std::string> url_;
  WebhookPaths paths_;
  bool has_written_ = false;
};

}  // namespace guildhall::admission
