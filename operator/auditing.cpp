#include "operator/auditing.hpp"

#include "controllers/organization/home.hpp"
#include "controllers/organization/observed.hpp"
#include "operator/actors.hpp"
#include "operator/kube/retry.hpp"
#include "operator/told_deletions.hpp"

namespace guildhall {

namespace organization = controllers::organization;

namespace {

/// Short of the API server's --event-ttl (1 h by default): what happened earlier is no news.
constexpr std::chrono::minutes kEventsLast{50};
constexpr std::chrono::milliseconds kInterval{250};

core::AuditOrganization described(const api::Organization& one) {
  return {.name = one.metadata.name, .uid = one.metadata.uid, .home = organization::home_namespace(one)};
}

}  // namespace

std::optional<core::AuditOrganization> audit_organization_of(const Informers& informers,
                                                             const runtime::Regarding& regarding) {
  if (regarding.key.ns.empty()) {
    const auto found = informers.organizations.get(regarding.key);
    const bool is_it = found && (regarding.uid.empty() || found->metadata.uid == regarding.uid);
    return is_it ? std::optional(described(*found)) : std::nullopt;
  }
  const auto home = organization::find_home(informers.organizations, informers.namespaces, regarding.key.ns, false);
  if (home.state != organization::HomeState::Claimed) return std::nullopt;
  return described(*home.claimant);
}

audit::AuditTrail::Surroundings audit_surroundings(const AuditSurroundings& at,
                                                   std::function<bool(const std::string& id)> is_told) {
  Informers& informers = at.informers;
  return {.client = at.client,
          .sealer = at.sealer,
          .clock = at.clock,
          .metrics = at.metrics,
          .instance = at.instance,
          .ns = at.ns,
          .events_last = kEventsLast,
          .organization_of =
              [&informers](const runtime::Regarding& regarding) { return audit_organization_of(informers, regarding); },
          .made_at =
              [&informers](const core::AuditOrganization& of) {
                const auto found = informers.organizations.get({"", of.name});
                return found ? found->metadata.creation_timestamp : core::Timestamp{};
              },
          .email_of = [&informers](const core::AuditOrganization& of,
                                   const std::string& user) { return email_of(informers, of.home, user); },
          .is_told = std::move(is_told),
          .log_late = [](const core::AuditEntry&) {}};
}

Auditing::Auditing(const AuditSurroundings& at, const runtime::SteadyClock& steady, AuditLog& log)
    : client_(at.client),
      informers_(at.informers),
      clock_(at.clock),
      log_(log),
      deletions_([this](const core::AuditEntry& entry) { return look_at(entry); },
                 [this](const core::AuditEntry& entry) { return ask_for(entry); },
                 [this](const core::AuditEntry& entry) {
                   return log_tells_deletion(log_.reader(), entry.organization.uid, entry.object.to_string(),
                                             entry.object.uid)
                       .value_or(false);
                 }),
      feed_(at.informers.events, at.sealer, at.metrics),
      trail_(trail_surroundings(at)),
      upkeep_({.client = at.client,
               .informers = at.informers,
               .sealer = at.sealer,
               .clock = at.clock,
               .steady = steady,
               .trail = trail_,
               .log = log,
               .metrics = at.metrics,
               .ns = at.ns,
               .events_last = kEventsLast}) {}

audit::AuditTrail::Surroundings Auditing::trail_surroundings(const AuditSurroundings& at) {
  auto surroundings = audit_surroundings(at, [this](const std::string& id) { return has_told(id); });
  surroundings.log_late = [this](core::AuditEntry entry) { take(std::move(entry)); };
  return surroundings;
}

namespace {

template <class T>
audit::ObjectState state_of(const kube::Informer<T>& objects, const core::ObjectKey& key, const std::string& uid) {
  const auto object = objects.get(key);
  if (!object || object->metadata.uid != uid) return audit::ObjectState::Gone;
  return object->metadata.is_deleting() ? audit::ObjectState::Going : audit::ObjectState::Stands;
}

}  // namespace

audit::ObjectState Auditing::look_at(const core::AuditEntry& entry) const {
  const core::AuditObject& object = entry.object;
  const core::ObjectKey at_home{entry.organization.home, object.name};
  if (object.kind == api::member_type().kind) return state_of(informers_.members, at_home, object.uid);
  if (object.kind == api::api_key_type().kind) return state_of(informers_.api_keys, at_home, object.uid);
  return state_of(informers_.organizations, {"", object.name}, object.uid);
}

std::optional<bool> Auditing::ask_for(const core::AuditEntry& entry) const {
  const auto is_gone = asks_and_finds_gone(client_, regarding(entry.object, entry.organization.home), {});
  return is_gone ? std::optional(!*is_gone) : std::nullopt;
}

/// The log knows which it has; whether a deletion came about is seen first.
void Auditing::take(core::AuditEntry entry) {
  upkeep_.hear(entry);
  if (!audit::Deletions::is_deletion(entry)) return log(std::move(entry));
  if (!log_.knows(entry.id)) deletions_.hold(std::move(entry));
}

/// What finds no room is handed in again from its Event.
void Auditing::log(core::AuditEntry entry) {
  if (log_.take(std::move(entry))) return;
  std::int64_t none = 0;
  overflowing_since_.compare_exchange_strong(none, clock_.now().time_since_epoch().count());
}

void Auditing::hand_in_again(const std::stop_token& stop) {
  if (overflowing_since_ == 0 || !log_.has_room()) return;
  const core::Timestamp since{core::Timestamp::duration(overflowing_since_.exchange(0))};
  feed_.again();
  upkeep_.end_of_overflow(since, stop);
}

void Auditing::begin(const std::stop_token& stop) {
  log_.begin();
  feed_.begin([this](core::AuditEntry entry) { take(std::move(entry)); });
  upkeep_.begin(stop);
}

void Auditing::keep(const std::stop_token& stop) {
  while (kube::pause(kInterval, stop)) {
    for (core::AuditEntry& entry : deletions_.settle(clock_.now()))
      log(std::move(entry));
    trail_.tell_repeats(stop);
    log_.report();
    hand_in_again(stop);
    if (!upkeep_.tick(overflowing_since_ != 0 || !deletions_.empty(), stop)) feed_.again();
  }
}

}  // namespace guildhall
