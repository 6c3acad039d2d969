#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "operator/admission/certificate_plan.hpp"
#include "operator/admission/webhook_registration.hpp"
#include "operator/core/clock.hpp"
#include "operator/http/server_identity.hpp"
#include "operator/kube/client.hpp"
#include "operator/kube/informer.hpp"

namespace guildhall {

/// Type of the Secret that holds what all replicas serve with, and its name in the operator's namespace.
inline constexpr const char* kServingCertificatesType = "guildhall.dev/serving-certificates";
inline constexpr const char* kServingCertificatesName = "guildhall-serving-certificates";

/// The Secret of the serving certificates as the cache has it.
struct ServingCertificatesView {
  std::string resource_version;
  admission::ServingCertificates content;
};

/// Never fails: what cannot be read is absent, and is made anew.
core::Result<ServingCertificatesView> parse_serving_certificates(const nlohmann::json& secret);

/// Has every replica serve with what stands in the Secret, and the leader make and renew it.
///
/// Guarantees: the certificate changes without a restart, for connections that begin then; a new authority is put
/// before callers a while before a certificate of it is served, so no request is refused; the Secret is written only
/// where something is due. Thread-safe.
class ServingCertificates {
 public:
  using Cache = kube::Informer<ServingCertificatesView>;

  struct Settings {
    std::string ns;                  ///< the operator's own
    std::vector<std::string> names;  ///< for which the certificate must be valid
    /// Has others but the webhooks' callers trust these authorities; may be empty.
    // With an initializer GCC lets a designated one leave it out.
    // NOLINTNEXTLINE(readability-redundant-member-init)
    std::function<core::Result<void>(const std::string& authorities, const std::stop_token& stop)> also = {};
  };

  /// Adds its handler to `cache`: before that runs. References outlive this.
  ServingCertificates(kube::Client& client, Settings settings, Cache& cache, const core::Clock& clock,
                      admission::WebhookRegistration& registration);

  /// For http::Server.
  [[nodiscard]] std::shared_ptr<const http::ServerIdentity> identity() const { return identity_; }
  /// Whose certificates clients may show. Errors: Invalid.
  core::Result<void> trust_clients(std::string_view authorities) {
    return identity_->replace_client_authorities(authorities);
  }
  /// The leader is about to keep(): until it has had the webhooks called, state() says so.
  void expect_registration();
  /// The leader's part, once the cache is filled: makes and renews, and has callers trust it, until `stop`.
  void keep(const std::stop_token& stop);
  /// Nothing, or why nobody can be served yet.
  [[nodiscard]] core::Result<void> state() const;

 private:
  void take(const Cache::Value& seen);
  core::Result<bool> work(const std::stop_token& stop);
  core::Result<void> write(const admission::ServingCertificates& content, const std::string& resource_version,
                           const std::stop_token& stop);
  [[nodiscard]] core::Error named(core::Error error) const;
  void remember(core::Result<void>& state, const core::Result<void>& result);
  [[nodiscard]] std::uint64_t changes() const;
  void pause(std::uint64_t seen, const std::stop_token& stop);
  [[nodiscard]] bool authorities_are_trusted(const std::string& authorities);

  kube::Client& client_;
  Settings settings_;
  core::ObjectKey key_;
  Cache& cache_;
  const core::Clock& clock_;
  admission::WebhookRegistration& registration_;
  std::shared_ptr<http::ServerIdentity> identity_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t changes_ = 0;
  core::Result<void> served_;    ///< whether what stands in the Secret can be served with
  core::Result<void> kept_;      ///< whether the leader did its part
  std::string injected_;         ///< the authorities that callers were last told to trust
  core::Timestamp injected_at_;  ///< and when
};

}  // namespace guildhall
