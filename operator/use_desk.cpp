#include "operator/use_desk.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "controllers/apikey/last_use.hpp"
#include "operator/auditing.hpp"
#include "operator/core/token_quotes.hpp"
#include "operator/gate/decision.hpp"

namespace guildhall {

namespace {

using core::ErrorKind;

/// Apart from the controller's, so that neither takes the other's fields for its own.
constexpr const char* kFieldManager = "guildhall-uses";
constexpr int kMostTries = 3;
constexpr const char* kApiKeyCredential = "ApiKey";
/// Events are written for what is older, too: only they reach the leader.
constexpr std::chrono::hours kAlways{24 * 365};

kube::ClientOptions client_options() {
  kube::ClientOptions client;
  client.field_manager = kFieldManager;
  client.timeout = std::chrono::seconds{5};
  client.longest_wait = std::chrono::seconds{2};
  client.max_attempts = 2;
  client.strike = core::strike_tokens;
  return client;
}

audit::AuditTrail::Surroundings trail_surroundings(const UseDesk::Surroundings& at, kube::Client& client) {
  auto surroundings = audit_surroundings({.client = client,
                                          .informers = at.informers,
                                          .sealer = at.sealer,
                                          .clock = at.clock,
                                          .metrics = at.metrics,
                                          .instance = at.instance,
                                          .ns = at.ns},
                                         at.is_told);
  surroundings.events_last = kAlways;
  return surroundings;
}

/// It may pass, or the next report of the key is to find it again.
bool is_worth_another_try(const core::Error& error) {
  return core::is_transient(error.kind) || error.kind == ErrorKind::Conflict || error.kind == ErrorKind::Canceled;
}

std::string note_of(const core::KeyRefusals& refusals) {
  const auto outcome = gate::parse_outcome(refusals.outcome);
  std::string note(outcome ? gate::sentence_of(*outcome) : std::string_view(refusals.outcome));
  if (refusals.count > 1) note += fmt::format(" ({} times)", refusals.count);
  return note;
}

}  // namespace

UseDesk::UseDesk(Surroundings surroundings)
    : at_(std::move(surroundings)),
      client_(at_.transport, client_options(), at_.metrics),
      trail_(trail_surroundings(at_, client_)) {}

core::Result<void> UseDesk::take(const core::UseReport& report) {
  if (!at_.has_read_cluster())
    return core::fail(ErrorKind::Unavailable, "this replica has not read the cluster yet; try again");
  for (const core::KeyUse& use : report.uses) {
    if (auto kept = keep(use); !kept) return kept;
  }
  for (std::size_t index = 0; index < report.refusals.size(); ++index) {
    if (auto kept = keep(report.refusals[index], fmt::format("gate/{}/{}", report.id, index)); !kept) return kept;
  }
  return {};
}

core::Result<void> UseDesk::keep(const core::KeyUse& use) {
  const auto standing = at_.informers.api_keys.get(use.key);
  if (!standing || standing->metadata.uid != use.uid) return {};
  auto kept = write_if_due(*standing, use);
  for (int tries = 1; tries < kMostTries && !kept && kept.error().kind == ErrorKind::Conflict; ++tries) {
    const auto key = read(use);
    if (!key) return std::unexpected(key.error());
    if (!*key) return {};
    kept = write_if_due(**key, use);
  }
  return kept;
}

/// As the API server has it. Unset: it is gone.
core::Result<std::optional<api::ApiKey>> UseDesk::read(const core::KeyUse& use) {
  const auto object = client_.get(api::api_key_type(), use.key, at_.stop);
  if (!object && object.error().kind == ErrorKind::NotFound) return std::optional<api::ApiKey>();
  if (!object) return std::unexpected(object.error());
  auto key = api::parse_api_key(*object);
  if (!key || key->metadata.uid != use.uid) return std::optional<api::ApiKey>();
  return std::optional(std::move(*key));
}

/// What can never be written is no error.
core::Result<void> UseDesk::write_if_due(const api::ApiKey& key, const core::KeyUse& use) {
  const auto last = controllers::apikey::last_use_to_write(key, use.last_at, at_.clock.now());
  if (!last) return {};
  auto written = write(key, *last);
  if (written || is_worth_another_try(written.error())) return written;
  if (written.error().kind != ErrorKind::NotFound)
    spdlog::warn("it cannot be written when a key was last used: {}", written.error().describe());
  return {};
}

core::Result<void> UseDesk::write(const api::ApiKey& key, core::Timestamp last_used_at) {
  nlohmann::json object = core::object_head(api::api_key_type(), key.metadata.key());
  object["metadata"]["resourceVersion"] = key.metadata.resource_version;
  object["metadata"]["uid"] = key.metadata.uid;
  object["status"] = {{"lastUsedAt", core::format_timestamp(last_used_at)}};
  const kube::ApplyOptions options{.subresource = "status"};
  const auto written = client_.apply(api::api_key_type(), key.metadata.key(), object, options, at_.stop);
  return written ? core::Result<void>{} : std::unexpected(written.error());
}

core::Result<void> UseDesk::keep(const core::KeyRefusals& refusals, const std::string& identity) {
  const bool knows_key = !refusals.key.name.empty();
  core::AuditNote note{
      .action = knows_key ? core::ActionName("ApiKeyRefused") : core::ActionName("OrganizationKeyRefused"),
      .note = note_of(refusals),
      .identity = identity};
  note.source = core::AuditSource::Gate;
  note.at = std::min(refusals.last_at, at_.clock.now());
  note.count = refusals.count;
  note.actor = {.email = {}, .user = core::kUnknownUser, .credential = kApiKeyCredential};
  runtime::Regarding regarding{.type = api::organization_type(), .key = {"", refusals.organization}, .uid = ""};
  if (knows_key) {
    const auto key = at_.informers.api_keys.get(refusals.key);
    // Of a key that is gone, or another's, nothing is believed.
    const bool is_its_own =
        key && key->metadata.uid == refusals.uid && key->status.organization == refusals.organization;
    if (!is_its_own) return {};
    regarding = {.type = api::api_key_type(), .key = refusals.key, .uid = refusals.uid};
    note.actor.user = fmt::format("apikey:{}:{}", refusals.key.ns, refusals.key.name);
    note.actor.email = key->status.owner_email.value_or("");
  }
  // Of what belongs to no Organization there is no log.
  if (!audit_organization_of(at_.informers, regarding)) return {};
  return trail_.tell(regarding, note, at_.stop);
}

}  // namespace guildhall
