#include "operator/audit/audit_trail.hpp"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "operator/audit/sentence.hpp"
#include "operator/core/error.hpp"
#include "operator/core/text.hpp"
#include "operator/core/token_quotes.hpp"
#include "operator/crypto/digest.hpp"

namespace guildhall::audit {

namespace {

using core::ErrorKind;

/// What Guildhall does by itself.
constexpr const char* kGuildhall = "guildhall";
/// Of what was told lately; the caches show it within seconds.
constexpr std::size_t kMostRemembered = 10'000;
constexpr std::size_t kLongestNote = 1024;

/// The namespace takes no Event now, whoever writes it: it is being deleted, or is not there.
bool is_closed(const core::Error& error) {
  return error.kind == ErrorKind::Forbidden || error.kind == ErrorKind::NotFound;
}

/// It may pass.
bool is_to_be_tried_again(const core::Error& error) {
  return core::is_transient(error.kind) || error.kind == ErrorKind::Canceled;
}

/// An Event's `regarding` must be in the Event's namespace: there the operator itself is what it can be about.
Regarding the_operator(const std::string& ns) {
  return {.type = {"", "v1", "serviceaccounts", "ServiceAccount", true}, .key = {ns, "guildhall-operator"}, .uid = ""};
}

/// Guildhall did it by itself.
bool is_own_act(const core::AuditNote& note) {
  return note.source == core::AuditSource::Reconciler && note.actor.user.empty() && note.actor.email.empty();
}

/// Whatever it quotes: no log holds a token.
core::AuditNote without_tokens(core::AuditNote note) {
  note.note = core::strike_tokens(std::move(note.note));
  for (core::FieldChange& change : note.changes) {
    change.old_value = core::strike_tokens(std::move(change.old_value));
    change.new_value = core::strike_tokens(std::move(change.new_value));
  }
  return note;
}

/// Of an Organization, as an Event in its home must say it.
Regarding at_home(Regarding regarding, const std::string& home) {
  if (regarding.key.ns.empty()) regarding.key.ns = home;
  return regarding;
}

}  // namespace

std::vector<core::AuditNote> AuditTrail::untold(const Regarding& regarding,
                                                const std::vector<core::AuditNote>& noted) const {
  std::vector<core::AuditNote> result;
  const auto organization = noted.empty() ? std::nullopt : at_.organization_of(regarding);
  if (!organization) return result;
  const core::Timestamp made = at_.made_at(*organization);
  const auto is_told = [&](const std::string& identity) {
    const std::string id = entry_id(regarding, identity);
    return remembers(id) || at_.is_told(id);
  };
  for (const core::AuditNote& note : noted) {
    if (is_own_act(note) && note.at && *note.at < made) continue;
    const bool is_void = !note.unless_told.empty() && is_told(note.unless_told);
    if (!is_void && !is_told(note.identity)) result.push_back(note);
  }
  return result;
}

core::AuditEntry AuditTrail::entry_of(const Regarding& regarding, const core::AuditNote& note,
                                      core::AuditOrganization organization) const {
  core::AuditActor actor = note.actor;
  if (actor.user.empty() && actor.email.empty()) actor.user = kGuildhall;
  if (actor.email.empty() && actor.user != kGuildhall) actor.email = at_.email_of(organization, actor.user);
  const core::AuditAction& action = note.action.action();
  return {.id = entry_id(regarding, note.identity),
          .time = note.at.value_or(at_.clock.now()),
          .organization = std::move(organization),
          .scope = action.scope,
          .action = std::string(action.name),
          .outcome = action.outcome,
          .actor = std::move(actor),
          .source = note.source,
          .object = {.kind = regarding.type.kind, .name = regarding.key.name, .uid = regarding.uid},
          .changes = note.changes,
          .note = std::string(core::cut_text(note.note, kLongestNote)),
          .count = note.count};
}

core::Result<void> AuditTrail::tell(const Regarding& regarding, const core::AuditNote& note,
                                    const std::stop_token& stop) {
  const bool is_counted = note.action.action().once_a_minute && !repeats_.is_first(regarding, note, at_.clock.now());
  if (is_counted) {
    remember(entry_id(regarding, note.identity));
    return {};
  }
  return tell_now(regarding, note, stop);
}

void AuditTrail::tell_repeats(const std::stop_token& stop) {
  tell_counted(repeats_.due(at_.clock.now()), stop);
}

void AuditTrail::end(const std::stop_token& stop) {
  tell_counted(repeats_.all(), stop);
}

void AuditTrail::tell_counted(const std::vector<Repeats::Counted>& counted, const std::stop_token& stop) {
  for (const auto& [regarding, note] : counted) {
    if (const auto told = tell_now(regarding, note, stop); !told)
      spdlog::warn("no Event that {} came {} times: {}", note.action.text(), note.count, told.error().describe());
  }
}

core::Result<void> AuditTrail::tell_now(const Regarding& regarding, const core::AuditNote& quoted,
                                        const std::stop_token& stop) {
  const core::AuditNote note = without_tokens(quoted);
  Telling telling{.action = note.action, .note = note.note, .at = note.at.value_or(at_.clock.now())};
  auto organization = at_.organization_of(regarding);
  if (!organization) return write_short(regarding, entry_id(regarding, note.identity), telling, stop);
  core::AuditEntry entry = entry_of(regarding, note, std::move(*organization));
  if (telling.note.empty()) telling.note = sentence(entry);
  const std::string id = entry.id;
  if (at_.clock.now() - telling.at > at_.events_last) {
    at_.log_late(std::move(entry));
  } else if (auto written = write(regarding, entry, telling, stop); !written) {
    return written;
  }
  remember(id);
  return {};
}

core::Result<void> AuditTrail::write(const Regarding& regarding, const core::AuditEntry& entry, const Telling& telling,
                                     const std::stop_token& stop) {
  const Regarding there = at_home(regarding, entry.organization.home);
  const std::string name = event_name(regarding.key.name, entry.id);
  auto written = write_at({there.key.ns, name}, there, entry, telling, stop);
  if (!written && is_closed(written.error()))
    written = write_at({at_.ns, name}, the_operator(at_.ns), entry, telling, stop);
  if (!written) return lose(written.error(), regarding, telling);
  if (!regarding.key.ns.empty()) return {};
  return write_short(regarding, entry.id, {.action = telling.action, .note = outline(entry), .at = telling.at}, stop);
}

core::Result<void> AuditTrail::write_at(const core::ObjectKey& place, const Regarding& regarding,
                                        const core::AuditEntry& entry, const Telling& telling,
                                        const std::stop_token& stop) {
  core::ObjectKey at = place;
  for (const bool is_first : {true, false}) {
    nlohmann::json event = audit_event(at, regarding, telling, {at_.instance});
    if (auto sealed = seal_entry(event, entry, at_.sealer); !sealed) return sealed;
    const auto created = at_.client.create(core::types::events(), at.ns, event, stop);
    if (created) {
      at_.metrics.count("guildhall_audit_entries_total", {{"action", std::string(telling.action.text())}}, 1);
      return {};
    }
    if (created.error().kind != ErrorKind::AlreadyExists) return std::unexpected(created.error());
    if (!is_first || stands_sealed(at, entry.id, stop)) return {};
    // Somebody took the name first. Nobody else can tell the other one.
    at.name = other_name(place, entry.id);
  }
  return {};
}

/// Whether the Event of that name is ours. One that cannot be read counts as such: it is looked at again.
bool AuditTrail::stands_sealed(const core::ObjectKey& place, const std::string& id, const std::stop_token& stop) {
  const auto standing = at_.client.get(core::types::events(), place, stop);
  if (!standing) return standing.error().kind != ErrorKind::NotFound;
  const auto view = parse_event_view(*standing);
  const auto entry = view ? sealed_entry(*view, at_.sealer) : std::nullopt;
  if (entry && entry->id == id) return true;
  at_.metrics.count("guildhall_audit_events_forged_total", {}, 1);
  return false;
}

std::string AuditTrail::other_name(const core::ObjectKey& place, const std::string& id) const {
  const auto seal = at_.sealer.sign("event-name", id);
  const std::string other = crypto::sha256_hex(seal ? *seal : id).substr(0, id.size());
  return place.name.substr(0, place.name.size() - id.size()) + other;
}

/// For whoever describes the object; without an entry, as it may stand where others read.
core::Result<void> AuditTrail::write_short(const Regarding& regarding, const std::string& id, const Telling& telling,
                                           const std::stop_token& stop) {
  const std::string ns = regarding.key.ns.empty() ? "default" : regarding.key.ns;
  const core::ObjectKey place{ns, event_name(regarding.key.name, id)};
  const auto created =
      at_.client.create(core::types::events(), ns, audit_event(place, regarding, telling, {at_.instance}), stop);
  if (created || created.error().kind == ErrorKind::AlreadyExists) return {};
  return lose(created.error(), regarding, telling);
}

/// A terminating namespace takes no Events, and an operator without the right must still revoke keys.
core::Result<void> AuditTrail::lose(const core::Error& error, const Regarding& regarding, const Telling& telling) {
  if (is_to_be_tried_again(error)) return std::unexpected(error);
  at_.metrics.count("guildhall_audit_events_lost_total", {{"reason", std::string(to_string(error.kind))}}, 1);
  spdlog::warn("no Event {} about {}: {}", telling.action.text(),
               core::strike_tokens(core::describe(regarding.type, regarding.key)),
               core::strike_tokens(error.describe()));
  return {};
}

void AuditTrail::remember(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  if (!told_.insert(id).second) return;
  told_in_order_.push_back(id);
  if (told_in_order_.size() <= kMostRemembered) return;
  told_.erase(told_in_order_.front());
  told_in_order_.pop_front();
}

bool AuditTrail::remembers(const std::string& id) const {
  const std::scoped_lock lock(mutex_);
  return told_.contains(id);
}

}  // namespace guildhall::audit
