#include "operator/auditing.hpp"

#include <condition_variable>
#include <mutex>

#include "controllers/organization/home.hpp"
#include "controllers/organization/observed.hpp"
#include "operator/actors.hpp"

namespace guildhall {

namespace organization = controllers::organization;

namespace {

/// Short of the API server's --event-ttl (1 h by default): what happened earlier is no news.
constexpr std::chrono::minutes kEventsLast{50};
constexpr std::chrono::seconds kRepeatsInterval{5};

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

audit::AuditTrail::Surroundings audit_surroundings(const AuditSurroundings& at) {
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
          .email_of = [&informers](const core::AuditOrganization& of,
                                   const std::string& user) { return email_of(informers, of.home, user); },
          .is_told = [](const std::string&) { return false; },
          .log_late = [](const core::AuditEntry&) {}};
}

Auditing::Auditing(const AuditSurroundings& at)
    : feed_(at.informers.events, at.sealer, at.metrics), trail_(trail_surroundings(at)) {}

audit::AuditTrail::Surroundings Auditing::trail_surroundings(const AuditSurroundings& at) {
  auto surroundings = audit_surroundings(at);
  surroundings.is_told = [this](const std::string& id) { return feed_.stands(id); };
  return surroundings;
}

void Auditing::begin() {
  feed_.begin([](const core::AuditEntry&) {});
}

void Auditing::keep(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  while (!woken.wait_for(lock, stop, kRepeatsInterval, [] { return false; }) && !stop.stop_requested())
    trail_.tell_repeats(stop);
}

}  // namespace guildhall
