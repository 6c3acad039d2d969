#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "operator/core/metrics.hpp"
#include "operator/core/result.hpp"
#include "operator/kube/client.hpp"
#include "operator/kube/config.hpp"
#include "operator/plugin/identity.hpp"
#include "operator/plugin/invocation.hpp"
#include "operator/plugin/rights.hpp"

namespace guildhall::plugin {

/// What a list came to.
struct Listed {
  std::vector<nlohmann::json> objects;
  std::string resource_version;
  bool more = false;  ///< there are more than were asked for
};

/// One cluster, as one user, in one namespace. Errors of its calls are those of kube::Client.
class Session {
 public:
  /// Reads the kubeconfig as kubectl does; asks the cluster nothing yet. The error is a text for standard error.
  static std::expected<std::unique_ptr<Session>, std::string> open(const Connection& connection, bool dry_run = false);

  Session(std::shared_ptr<kube::HttpTransport> transport, kube::ClientOptions options, std::string ns)
      : client_(std::move(transport), std::move(options), metrics_), ns_(std::move(ns)) {}

  kube::Client& client() { return client_; }
  [[nodiscard]] const std::string& ns() const { return ns_; }

  /// Of the namespace; `ns` empty: of all. Whole objects with apiVersion and kind.
  core::Result<std::vector<nlohmann::json>> list(const core::ResourceType& type, const std::string& ns);
  /// The first of a selection, `most` of them at most, 0: all, in the order of the server.
  core::Result<Listed> list_first(const core::ResourceType& type, const kube::Selection& selection, std::int64_t most,
                                  const std::stop_token& stop = {});
  /// By name or email.
  core::Result<nlohmann::json> find_member(const std::string& target);
  core::Result<Caller> who_am_i();
  core::Result<bool> may(const Question& question);
  /// Whether the server knows no such resource; false where that cannot be told (see names_core_resource).
  bool lacks_resource(const Question& question);
  /// The object; null when there is none, or when the caller may not read it.
  core::Result<nlohmann::json> get_if_allowed(const core::ResourceType& type, const core::ObjectKey& key);

 private:
  core::NoMetrics metrics_;
  kube::Client client_;
  std::string ns_;
};

/// Which kubeconfigs are read, and what is taken of them.
kube::ConfigRequest config_request(const Connection& connection);

/// Whether an answer says only that the caller may not know.
bool is_kept_from_us(const core::Error& error);

}  // namespace guildhall::plugin
