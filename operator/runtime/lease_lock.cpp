#include "operator/runtime/lease_lock.hpp"

#include <cstdint>
#include <utility>

#include "operator/core/object_meta.hpp"

namespace guildhall::runtime {

namespace {

using core::ErrorKind;

std::int64_t whole_seconds(std::chrono::milliseconds time) {
  return std::chrono::ceil<std::chrono::seconds>(time).count();
}

nlohmann::json spec_of(const nlohmann::json& lease) {
  return lease.value("spec", nlohmann::json::object());
}

std::string holder_of(const nlohmann::json& spec) {
  const auto holder = spec.find("holderIdentity");
  return holder != spec.end() && holder->is_string() ? holder->get<std::string>() : "";
}

std::int64_t number_at(const nlohmann::json& spec, const char* name) {
  const auto number = spec.find(name);
  return number != spec.end() && number->is_number_integer() ? number->get<std::int64_t>() : 0;
}

}  // namespace

void Tenure::renew(SteadyTime at) {
  const std::scoped_lock lock(mutex_);
  renewed_at_ = at;
}

void Tenure::end() {
  const std::scoped_lock lock(mutex_);
  renewed_at_.reset();
}

bool Tenure::valid() const {
  const std::scoped_lock lock(mutex_);
  return renewed_at_ && clock_.now() < *renewed_at_ + renew_deadline_;
}

SteadyTime Tenure::deadline() const {
  const std::scoped_lock lock(mutex_);
  return renewed_at_ ? *renewed_at_ + renew_deadline_ : clock_.now();
}

LeaseLock::LeaseLock(kube::Client& client, LeaseSettings settings, const core::Clock& clock, const SteadyClock& steady)
    : client_(client),
      settings_(std::move(settings)),
      clock_(clock),
      steady_(steady),
      tenure_(std::make_shared<Tenure>(steady, settings_.renew_deadline)),
      observed_at_(steady.now()) {}

core::Result<bool> LeaseLock::attempt(const std::stop_token& stop) {
  SteadyTime begin = steady_.now();
  const bool may_swap_unread = object_ && is_ours();
  if (!may_swap_unread) {
    const auto looked = look(stop);
    if (!looked && looked.error().kind == ErrorKind::NotFound) return create(begin, stop);
    if (!looked) return std::unexpected(looked.error());
    if (!is_ours() && !is_free()) {
      tenure_->end();
      return false;
    }
    begin = steady_.now();
  }
  auto swapped = swap(begin, stop);
  // We knew an old version: by an answer that got lost, or because somebody annotated the Lease. Look and try once
  // more.
  const bool outdated = !swapped && swapped.error().kind == ErrorKind::Conflict;
  return outdated && may_swap_unread ? attempt(stop) : swapped;
}

core::Result<void> LeaseLock::look(const std::stop_token& stop) {
  auto read = client_.get(core::types::leases(), settings_.lease, stop);
  if (!read) {
    if (read.error().kind == ErrorKind::NotFound) object_.reset();
    return std::unexpected(std::move(read.error()));
  }
  observe(std::move(*read));
  return {};
}

core::Result<bool> LeaseLock::create(SteadyTime begin, const std::stop_token& stop) {
  nlohmann::json lease = core::object_head(core::types::leases(), settings_.lease);
  lease["spec"] = wanted_spec();
  return take_answer(client_.create(core::types::leases(), settings_.lease.ns, lease, stop), begin);
}

core::Result<bool> LeaseLock::swap(SteadyTime begin, const std::stop_token& stop) {
  nlohmann::json lease = *object_;
  lease["spec"] = wanted_spec();
  return take_answer(client_.replace(core::types::leases(), settings_.lease, lease, stop), begin);
}

core::Result<bool> LeaseLock::take_answer(const core::Result<nlohmann::json>& answer, SteadyTime begin) {
  if (!answer) {
    // Whatever went wrong, what stands now is not known.
    object_.reset();
    return std::unexpected(answer.error());
  }
  observe(*answer);
  tenure_->renew(begin);
  return true;
}

core::Result<void> LeaseLock::release(const std::stop_token& stop) {
  if (!tenure_->valid()) return {};
  tenure_->end();
  if (!object_) {
    if (auto looked = look(stop); !looked) return looked;
  }
  if (!is_ours()) return {};
  nlohmann::json lease = *object_;
  nlohmann::json& spec = lease["spec"];
  spec["holderIdentity"] = "";
  spec["leaseDurationSeconds"] = 1;
  spec["renewTime"] = core::format_micro_timestamp(clock_.now());
  object_.reset();
  const auto replaced = client_.replace(core::types::leases(), settings_.lease, lease, stop);
  if (!replaced) return std::unexpected(replaced.error());
  return {};
}

void LeaseLock::observe(nlohmann::json object) {
  nlohmann::json spec = spec_of(object);
  if (spec != observed_spec_) {
    observed_spec_ = std::move(spec);
    observed_at_ = steady_.now();
  }
  object_ = std::move(object);
}

bool LeaseLock::is_ours() const {
  return holder() == settings_.identity;
}

bool LeaseLock::is_free() const {
  const std::string other = holder();
  if (other.empty() || steady_.now() >= expiry()) return true;
  return settings_.previous_identity_is_dead && settings_.previous_identity_is_dead(other);
}

SteadyTime LeaseLock::expiry() const {
  return observed_at_ + duration();
}

std::string LeaseLock::holder() const {
  return holder_of(observed_spec_);
}

std::chrono::milliseconds LeaseLock::duration() const {
  // What the holder promised counts, not what we would: the two may be configured differently.
  const std::int64_t promised = number_at(observed_spec_, "leaseDurationSeconds");
  return promised > 0 ? std::chrono::seconds(promised) : settings_.lease_duration;
}

nlohmann::json LeaseLock::wanted_spec() const {
  nlohmann::json spec = object_ ? spec_of(*object_) : nlohmann::json::object();
  const std::string now = core::format_micro_timestamp(clock_.now());
  const bool renewal = object_ && holder_of(spec) == settings_.identity;
  const std::int64_t transitions = number_at(spec, "leaseTransitions");
  spec["holderIdentity"] = settings_.identity;
  spec["leaseDurationSeconds"] = whole_seconds(settings_.lease_duration);
  spec["renewTime"] = now;
  if (!renewal) {
    spec["acquireTime"] = now;
    spec["leaseTransitions"] = object_ ? transitions + 1 : 0;
  }
  return spec;
}

kube::ClientOptions lease_client_options(const LeaseSettings& settings) {
  kube::ClientOptions options;
  options.max_attempts = 1;
  options.counts_writes = false;
  options.timeout = settings.renew_deadline / 2;
  return options;
}

}  // namespace guildhall::runtime
