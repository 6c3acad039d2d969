#include "operator/serving_certificates.hpp"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "operator/core/object_meta.hpp"
#include "operator/core/plan.hpp"
#include "operator/core/well_known_names.hpp"
#include "operator/kube/base64.hpp"

namespace guildhall {
namespace {

constexpr const char* kAuthorities = "ca.crt";
constexpr const char* kAuthorityKey = "ca.key";
constexpr const char* kCertificate = "tls.crt";
constexpr const char* kKey = "tls.key";
/// How often what stands is looked at although nothing changed.
constexpr std::chrono::minutes kInterval{1};
constexpr std::chrono::seconds kRetryInterval{2};
/// By when every API server has heard of a change of the webhooks' configurations.
constexpr std::chrono::minutes kPropagation{1};

std::string entry(const nlohmann::json& data, const char* name) {
  const auto found = data.find(name);
  if (found == data.end() || !found->is_string()) return {};
  return kube::decode_base64(found->get_ref<const std::string&>()).value_or("");
}

}  // namespace

core::Result<ServingCertificatesView> parse_serving_certificates(const nlohmann::json& secret) {
  ServingCertificatesView view;
  const auto meta = core::parse_object_meta(secret.value("metadata", nlohmann::json::object()));
  if (meta) view.resource_version = meta->resource_version;
  const nlohmann::json data = secret.value("data", nlohmann::json::object());
  view.content = {.authorities = entry(data, kAuthorities),
                  .authority_key = core::SecretText(entry(data, kAuthorityKey)),
                  .certificate = entry(data, kCertificate),
                  .key = core::SecretText(entry(data, kKey))};
  return view;
}

ServingCertificates::ServingCertificates(kube::Client& client, Settings settings, Cache& cache,
                                         const core::Clock& clock, admission::WebhookRegistration& registration)
    : client_(client),
      settings_(std::move(settings)),
      key_{settings_.ns, kServingCertificatesName},
      cache_(cache),
      clock_(clock),
      registration_(registration),
      identity_(std::make_shared<http::ServerIdentity>()),
      served_(core::fail(core::ErrorKind::Unavailable, "there are no serving certificates yet")) {
  cache_.add_handler([this](const core::ObjectKey& key, const Cache::Value& /*before*/, const Cache::Value& after) {
    if (key == key_) take(after);
  });
}

/// What stands is served; while nothing stands that can be, what was served before is.
void ServingCertificates::take(const Cache::Value& seen) {
  if (seen && !seen->content.certificate.empty())
    remember(served_, identity_->replace(seen->content.certificate, seen->content.key));
  const std::scoped_lock lock(mutex_);
  ++changes_;
  changed_.notify_all();
}

/// The failure, told of the Secret where it is not about another object, as a configuration of webhooks.
core::Error ServingCertificates::named(core::Error error) const {
  if (error.object.empty()) error.object = core::describe(core::types::secrets(), key_);
  return error;
}

void ServingCertificates::remember(core::Result<void>& state, const core::Result<void>& result) {
  const std::scoped_lock lock(mutex_);
  if (!result && (state || state.error().describe() != result.error().describe()))
    spdlog::error("{}", named(result.error()).describe());
  state = result;
}

void ServingCertificates::expect_registration() {
  const std::scoped_lock lock(mutex_);
  kept_ = core::fail(core::ErrorKind::Unavailable, "the API server is not told of the webhooks yet");
}

std::uint64_t ServingCertificates::changes() const {
  const std::scoped_lock lock(mutex_);
  return changes_;
}

void ServingCertificates::pause(std::uint64_t seen, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const std::chrono::seconds time = kept_ ? std::chrono::seconds(kInterval) : kRetryInterval;
  changed_.wait_for(lock, stop, time, [this, seen] { return changes_ != seen; });
}

bool ServingCertificates::authorities_are_trusted(const std::string& authorities) {
  return injected_ == authorities && clock_.now() >= injected_at_ + kPropagation;
}

core::Result<void> ServingCertificates::write(const admission::ServingCertificates& content,
                                              const std::string& resource_version, const std::stop_token& stop) {
  nlohmann::json secret = core::object_head(core::types::secrets(), key_);
  secret["metadata"]["labels"] = {{core::kManagedByLabel, core::kManagedByValue}};
  secret["metadata"]["resourceVersion"] = resource_version.empty() ? core::kOnlyIfAbsent : resource_version;
  secret["type"] = kServingCertificatesType;
  secret["data"] = {{kAuthorities, kube::encode_base64(content.authorities)},
                    {kAuthorityKey, kube::encode_base64(content.authority_key.reveal())},
                    {kCertificate, kube::encode_base64(content.certificate)},
                    {kKey, kube::encode_base64(content.key.reveal())}};
  const auto written = client_.apply(core::types::secrets(), key_, secret, {}, stop);
  if (!written) return std::unexpected(written.error());
  return {};
}

/// Whether all is done: what was written is seen first, and then wakes this.
core::Result<bool> ServingCertificates::work(const std::stop_token& stop) {
  const Cache::Value seen = cache_.get(key_);
  static const admission::ServingCertificates nothing;
  const admission::ServingCertificates& standing = seen ? seen->content : nothing;
  const auto step =
      admission::next_step(standing, settings_.names, authorities_are_trusted(standing.authorities), clock_.now());
  if (step != admission::CertificateStep::None) {
    const auto next = admission::take_step(step, standing, settings_.names, clock_.now());
    if (!next) return std::unexpected(next.error());
    const auto written = write(*next, seen ? seen->resource_version : "", stop);
    if (!written) return std::unexpected(written.error());
    return false;
  }
  const auto registered = registration_.keep(standing.authorities, stop);
  if (!registered) return std::unexpected(registered.error());
  if (settings_.also) {
    if (const auto told = settings_.also(standing.authorities, stop); !told) return std::unexpected(told.error());
  }
  if (*registered && injected_ == standing.authorities) {
    spdlog::warn(
        "another changed the configuration of the webhooks, which may have kept them from being asked; put back");
  }
  if (injected_ != standing.authorities) {
    injected_ = standing.authorities;
    injected_at_ = clock_.now();
  }
  return true;
}

void ServingCertificates::keep(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t seen = changes();
    const auto worked = work(stop);
    const bool lost_race = !worked && worked.error().kind == core::ErrorKind::Conflict;
    if (worked && *worked) remember(kept_, {});
    if (!worked && !lost_race && !stop.stop_requested()) remember(kept_, std::unexpected(worked.error()));
    pause(seen, stop);
  }
}

core::Result<void> ServingCertificates::state() const {
  const std::scoped_lock lock(mutex_);
  if (served_ && kept_) return {};
  return std::unexpected(named(served_ ? kept_.error() : served_.error()));
}

}  // namespace guildhall
