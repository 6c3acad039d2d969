#include "operator/kube/credentials.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace guildhall::kube {

namespace {

using std::chrono::seconds;

constexpr seconds kReadAgain{60};
constexpr seconds kBeforeExpiry{10};

core::Result<std::string> text_of(const TextSource& source, const FileReader& read) {
  return source.file.empty() ? core::Result<std::string>(source.text.reveal()) : read(source.file);
}

/// A token file usually ends in a line feed.
std::string trimmed(std::string text) {
  const auto end = text.find_last_not_of(" \r\n\t");
  text.erase(end == std::string::npos ? 0 : end + 1);
  return text;
}

bool same_tls(const Identity& left, const Identity& right) {
  return left.ca == right.ca && left.certificate == right.certificate && left.key.reveal() == right.key.reveal();
}

core::Error unauthorized(std::string what, core::Error cause) {
  auto error = core::fail(std::move(what), std::move(cause)).error();
  if (error.kind != core::ErrorKind::Canceled) error.kind = core::ErrorKind::Unauthorized;
  return error;
}

}  // namespace

Credentials::Credentials(ClusterConfig config, CredentialSources sources)
    : config_(std::move(config)), sources_(std::move(sources)) {}

bool Credentials::is_fresh() const {
  if (!identity_ || stale_) return false;
  if (identity_->expires && sources_.now() + kBeforeExpiry >= *identity_->expires) return false;
  return sources_.steady_now() - read_at_ < kReadAgain;
}

core::Result<std::shared_ptr<const Identity>> Credentials::current(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  refreshed_.wait(lock, stop, [this] { return !refreshing_ || is_fresh(); });
  if (stop.stop_requested()) return core::fail(core::ErrorKind::Canceled, "stopped");
  if (is_fresh()) return identity_;
  refreshing_ = true;
  const bool refused = stale_;
  lock.unlock();
  auto loaded = load(refused, stop);
  lock.lock();
  refreshing_ = false;
  take(std::move(loaded));
  refreshed_.notify_all();
  if (identity_) return identity_;
  return std::unexpected(*failure_);
}

void Credentials::take(core::Result<std::shared_ptr<const Identity>> loaded) {
  if (!loaded) {
    failure_ = std::move(loaded.error());
    if (identity_ && failure_->kind != core::ErrorKind::Canceled)
      spdlog::warn("the credentials cannot be renewed, the old ones are used on: {}", failure_->describe());
    // Asked again in a minute, not at every request; what has expired is asked for at each.
    if (identity_) read_at_ = sources_.steady_now();
    stale_ = false;
    return;
  }
  identity_ = std::move(*loaded);
  failure_.reset();
  read_at_ = sources_.steady_now();
  stale_ = false;
}

core::Result<std::shared_ptr<const Identity>> Credentials::load(bool refused, const std::stop_token& stop) const {
  auto identity = std::make_shared<Identity>();
  auto ca = text_of(config_.ca, sources_.read);
  if (!ca) return std::unexpected(unauthorized("certificate-authority", ca.error()));
  auto certificate = text_of(config_.client_certificate, sources_.read);
  if (!certificate) return std::unexpected(unauthorized("client-certificate", certificate.error()));
  auto key = text_of(config_.client_key, sources_.read);
  if (!key) return std::unexpected(unauthorized("client-key", key.error()));
  auto token = text_of(config_.token, sources_.read);
  if (!token) return std::unexpected(unauthorized("token", token.error()));
  identity->ca = std::move(*ca);
  identity->certificate = std::move(*certificate);
  identity->key = core::SecretText(std::move(*key));
  identity->token = core::SecretText(trimmed(std::move(*token)));
  if (config_.exec) {
    if (auto added = add_plugin(*identity, refused, stop); !added) return std::unexpected(std::move(added.error()));
  }
  if (identity_) identity->tls_generation = identity_->tls_generation + (same_tls(*identity_, *identity) ? 0 : 1);
  return identity;
}

core::Result<void> Credentials::add_plugin(Identity& identity, bool refused, const std::stop_token& stop) const {
  const bool holds =
      identity_ && !refused && (!identity_->expires || sources_.now() + kBeforeExpiry < *identity_->expires);
  if (holds) {
    identity.token = core::SecretText(std::string(identity_->token.reveal()));
    identity.certificate = identity_->certificate;
    identity.key = core::SecretText(std::string(identity_->key.reveal()));
    identity.expires = identity_->expires;
    return {};
  }
  auto given = sources_.run_plugin(*config_.exec, exec_info(*config_.exec, config_, identity.ca), stop);
  if (!given) return std::unexpected(unauthorized("exec plugin " + config_.exec->command, given.error()));
  identity.token = std::move(given->token);
  if (!given->certificate.empty()) {
    identity.certificate = std::move(given->certificate);
    identity.key = std::move(given->key);
  }
  identity.expires = given->expires;
  return {};
}

bool Credentials::renew(const std::shared_ptr<const Identity>& refused, const std::stop_token& stop) {
  {
    const std::scoped_lock lock(mutex_);
    if (identity_ == refused) stale_ = true;
  }
  const auto now = current(stop);
  if (!now || *now == refused) return false;
  return (*now)->token.reveal() != refused->token.reveal() || (*now)->tls_generation != refused->tls_generation;
}

}  // namespace guildhall::kube
