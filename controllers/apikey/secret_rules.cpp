#include "controllers/apikey/secret_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "controllers/apikey/names.hpp"
#include "controllers/apikey/reasons.hpp"
#include "controllers/apikey/secret_object.hpp"

namespace guildhall::controllers::apikey {
namespace {

/// How long a Secret stands at most that a webhook or a policy changes.
constexpr std::chrono::minutes kLongestStand{5};
/// How often labels are written again that do not come to stand.
constexpr std::chrono::minutes kAlteredInterval{5};

std::string named(const core::ObjectKey& key) {
  return core::describe(core::types::secrets(), key);
}

/// `standing` is null when no Secret of our type stands there.
Obstacle foreign(const core::ObjectKey& at, const SeenSecret* standing = nullptr) {
  if (standing != nullptr && standing->payload) {
    return {reasons::kForeignSecret,
            fmt::format("{} is the one of ApiKey {}; choose another name in spec.secret.name", named(at),
                        standing->payload->api_key),
            true};
  }
  return {reasons::kForeignSecret,
          fmt::format("{} is not this key's and is left alone; delete it, or choose another name in spec.secret.name",
                      named(at)),
          true};
}

Obstacle promised(const Observed& seen, const core::ObjectKey& at) {
  return {reasons::kForeignSecret,
          fmt::format("{} is to be the one of ApiKey {}, which is older; choose another name in spec.secret.name",
                      named(at), seen.rival),
          true};
}

void remove(const SeenSecret& secret, core::Plan& plan) {
  const bool is_planned = std::any_of(plan.remove.begin(), plan.remove.end(),
                                      [&](const core::Remove& other) { return other.uid == secret.view.uid; });
  if (secret.view.deleting || is_planned) return;
  plan.remove.push_back(
      {.type = core::types::secrets(), .key = secret.view.key, .uid = secret.view.uid, .resource_version = {}});
}

/// A change that time brings (rotation, the end of an overlap) does not take Ready away: the former token is accepted
/// all the while.
bool differs_beyond_tokens(SealedPayload a, const SealedPayload& b) {
  a.token = b.token;
  a.previous = b.previous;
  return a != b;
}

std::string what_is_wrong(const Observed& seen, const SeenSecret& standing) {
  if (standing.view.immutable) return named(standing.view.key) + " was made immutable";
  return named(standing.view.key) + (is_left_behind(seen, standing)
                                         ? " is of a former ApiKey of this name"
                                         : " was changed by hand, or holds a token that is no longer known");
}

/// One that was changed by hand counts as deleted. It goes first, as what others own of it could not be written over.
void replace(const Observed& seen, core::Timestamp now, const SeenSecret& standing, Draft& draft, core::Plan& plan) {
  const core::Timestamp due = replaceable_from(seen, standing);
  if (standing.view.deleting) {
    draft.hinder({reasons::kWritingSecrets,
                  named(standing.view.key) + " is being deleted; it is made anew when it is gone", false});
  } else if (is_paused(seen)) {
    draft.hinder(
        {reasons::kPaused, what_is_wrong(seen, standing) + "; it is left so, as guildhall.dev/paused is set", false});
  } else if (now < due) {
    draft.look_at = std::min(due, draft.look_at.value_or(due));
    draft.hinder({reasons::kWritingSecrets,
                  fmt::format("{}, soon after it was made, as a webhook or a policy would do it; it is made anew at "
                              "{}, or when it is deleted",
                              what_is_wrong(seen, standing), core::format_timestamp(due)),
                  false});
  } else {
    remove(standing, plan);
    draft.hinder({reasons::kWritingSecrets, what_is_wrong(seen, standing) + "; it is made anew", false});
  }
}

void write_secret(const Observed& seen, core::Timestamp now, const core::ObjectKey& at, Draft& draft,
                  core::Plan& plan) {
  const SeenSecret* standing = find_secret(seen, at);
  const SealedPayload payload = wanted_payload(seen, draft, at);
  if (standing != nullptr) {
    if (!is_ours(seen, *standing)) return draft.hinder(foreign(at, standing));
    if (!is_intact(seen, *standing)) return replace(seen, now, *standing, draft, plan);
    if (is_up_to_date(seen, *standing, payload)) return;
  }
  plan.apply.push_back({.type = core::types::secrets(),
                        .key = at,
                        .object = wanted_secret(seen, payload),
                        .resource_version = standing != nullptr ? standing->view.resource_version : core::kOnlyIfAbsent,
                        .mode = core::WriteMode::ServerSideApply,
                        .holds_secret = true});
  if (standing == nullptr || differs_beyond_tokens(*standing->payload, payload)) {
    draft.hinder({reasons::kWritingSecrets, named(at) + " is being written", false});
  } else if (!carries_metadata(seen, *standing, payload)) {
    draft.look_at = now + kAlteredInterval;
    draft.hinder({reasons::kWritingSecrets,
                  named(at) + " does not carry its labels, annotations and owner reference; they are written again. If "
                              "this lasts, a webhook or a policy changes them",
                  false});
  }
}

std::string not_spanned(const Observed& seen, const std::string& ns) {
  if (ns == seen.key.metadata.ns)
    return fmt::format("namespace {} is the home, which has the Secret anyway; take it out of spec.secret.namespaces",
                       ns);
  return fmt::format("namespace {} is not one that the Organization spans; no copy is made there", ns);
}

std::vector<core::ObjectKey> wanted_places(const Observed& seen, Draft& draft) {
  std::vector<core::ObjectKey> places{home_secret_key(seen.key)};
  for (const CopyNamespace& ns : seen.copy_namespaces) {
    if (!ns.spanned) {
      draft.hinder({reasons::kNamespaceNotSpanned, not_spanned(seen, ns.name), true});
    } else if (ns.taken) {
      draft.hinder({reasons::kNamespaceNotSpanned,
                    fmt::format("namespace {} is claimed by another Organization; no copy is made there", ns.name),
                    true});
    } else if (!ns.usable) {
      draft.hinder({reasons::kNamespaceNotReady,
                    fmt::format("namespace {} does not exist, is terminating, or is not claimed yet", ns.name), false});
    } else if (ns.foreign) {
      draft.hinder(foreign({ns.name, secret_name(seen.key)}));
    } else {
      places.push_back({ns.name, secret_name(seen.key)});
    }
  }
  return places;
}

bool is_place(const std::vector<core::ObjectKey>& places, const core::ObjectKey& at) {
  return std::find(places.begin(), places.end(), at) != places.end();
}

/// A copy of a former name is the only one that its namespace has until the one of the new name stands: that may be
/// refused, paused or in the way of somebody else's. But not with another token than the one to be shown.
bool awaits_successor(const Observed& seen, const SeenSecret& copy, const Draft& draft) {
  const bool is_asked_for =
      std::any_of(seen.copy_namespaces.begin(), seen.copy_namespaces.end(),
                  [&](const CopyNamespace& ns) { return ns.spanned && ns.name == copy.view.key.ns; });
  const SeenSecret* successor = find_secret(seen, {copy.view.key.ns, secret_name(seen.key)});
  const bool is_succeeded = successor != nullptr && is_intact(seen, *successor);
  return is_asked_for && !is_succeeded && is_intact(seen, copy) && copy.view.token_hash == draft.token->hash;
}

/// Ours, but no longer asked for. Those of a former name stay until the new ones hold the token.
void prune(const Observed& seen, const std::vector<core::ObjectKey>& places, const Draft& draft, core::Plan& plan) {
  const SeenSecret* home = find_secret(seen, places.front());
  const bool home_stands = home != nullptr && is_intact(seen, *home);
  for (const SeenSecret& secret : seen.secrets) {
    if (!is_ours(seen, secret) || is_place(places, secret.view.key)) continue;
    const bool is_at_home = secret.view.key.ns == seen.key.metadata.ns;
    if (is_at_home ? home_stands : !awaits_successor(seen, secret, draft)) remove(secret, plan);
  }
}

/// While nothing can be written, a Secret of a former name is the only one that its namespace has. But where none is
/// asked for, somebody else may come.
void narrow(const Observed& seen, const std::vector<core::ObjectKey>& places, core::Plan& plan) {
  for (const SeenSecret& secret : seen.secrets) {
    const bool is_asked_for = std::any_of(places.begin(), places.end(),
                                          [&](const core::ObjectKey& place) { return place.ns == secret.view.key.ns; });
    if (is_ours(seen, secret) && !is_asked_for) remove(secret, plan);
  }
}

bool is_known(const Draft& draft, const std::string& hash) {
  return std::any_of(draft.keys.begin(), draft.keys.end(), [&](const KeyEntry& key) { return key.hash == hash; });
}

/// Nothing to write yet. What stands without a token that can be believed goes, or is in the way.
void clear_for_a_token(const Observed& seen, core::Timestamp now, const SeenSecret* home, Draft& draft,
                       core::Plan& plan) {
  for (const SeenSecret& secret : seen.secrets) {
    const bool is_of_use = &secret != home && is_intact(seen, secret) && is_known(draft, secret.view.token_hash);
    if (is_ours(seen, secret) && !is_of_use) replace(seen, now, secret, draft, plan);
  }
}

/// The Previous key issued last of those that some Secret still has, or null. Two may be of the same second: the later
/// one stands behind the other.
const KeyEntry* find_previous(const Observed& seen, const std::vector<KeyEntry>& keys) {
  const KeyEntry* newest = nullptr;
  for (const KeyEntry& key : keys) {
    if (key.state != KeyState::Previous || find_holder(seen, key.hash) == nullptr) continue;
    if (newest == nullptr || key.issued_at >= newest->issued_at) newest = &key;
  }
  return newest;
}

/// A rotation reaches the copies when the home has it: while the home's Secret is refused they keep the former token,
/// as its overlap begins once for all who read it.
bool comes_to_home_first(const Observed& seen, const Draft& draft) {
  return draft.previous && std::none_of(seen.secrets.begin(), seen.secrets.end(), [&](const SeenSecret& secret) {
           return secret.view.key.ns == seen.key.metadata.ns && is_intact(seen, secret) &&
                  secret.view.token_hash == draft.token->hash;
         });
}

/// Until then the copies are to hold what they held before.
void write_former_copies(const Observed& seen, core::Timestamp now, const std::vector<core::ObjectKey>& places,
                         Draft& draft, core::Plan& plan) {
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  if (current == nullptr || find_holder(seen, current->hash) == nullptr) return;
  const KeyEntry* previous = find_previous(seen, draft.keys);
  Draft former = draft;
  former.token = facts_of(*current);
  former.previous = previous == nullptr ? std::nullopt : std::optional(facts_of(*previous));
  for (const auto& copy : places | std::views::drop(1))
    write_secret(seen, now, copy, former, plan);
  draft.obstacle = std::move(former.obstacle);
  draft.look_at = former.look_at;
}

void write_secrets(const Observed& seen, core::Timestamp now, Draft& draft, core::Plan& plan) {
  // The home first, in what is told too.
  const core::ObjectKey home = home_secret_key(seen.key);
  const auto taken = find_taken(seen);
  if (taken) draft.hinder(*taken);
  if (taken || !draft.token) {
    clear_for_a_token(seen, now, find_secret(seen, home), draft, plan);
    return narrow(seen, wanted_places(seen, draft), plan);
  }
  write_secret(seen, now, home, draft, plan);
  const auto places = wanted_places(seen, draft);
  if (comes_to_home_first(seen, draft)) {
    write_former_copies(seen, now, places, draft, plan);
    return narrow(seen, places, plan);
  }
  for (const auto& copy : places | std::views::drop(1))
    write_secret(seen, now, copy, draft, plan);
  prune(seen, places, draft, plan);
}

void remove_secrets(const Observed& seen, Draft& draft, core::Plan& plan) {
  for (const SeenSecret& secret : seen.secrets) {
    if (!is_ours(seen, secret)) continue;
    remove(secret, plan);
    draft.hinder({reasons::kRemovingSecrets, named(secret.view.key) + " is being removed", false});
  }
}

/// guildhall.dev/paused stops the writing of generated objects, never their removal.
void hold_while_paused(const Observed& seen, Draft& draft, core::Plan& plan) {
  if (plan.apply.empty() || !is_paused(seen)) return;
  plan.apply.clear();
  draft.obstacle = Obstacle{reasons::kPaused, "Secrets are to be written, but guildhall.dev/paused is set", false};
}

}  // namespace

std::optional<Obstacle> find_taken(const Observed& seen) {
  const core::ObjectKey at = home_secret_key(seen.key);
  const SeenSecret* home = find_secret(seen, at);
  if (seen.foreign_secret || (home != nullptr && !is_ours(seen, *home))) return foreign(at, home);
  if (!seen.rival.empty()) return promised(seen, at);
  return std::nullopt;
}

core::Timestamp replaceable_from(const Observed& seen, const SeenSecret& secret) {
  const core::Condition* ready = core::find_condition(seen.key.status.conditions, "Ready");
  const bool is_made_anew = is_place(wanted_secret_places(seen.key), secret.view.key);
  const bool is_about_secrets =
      ready != nullptr && (ready->reason == reasons::kWritingSecrets || ready->reason == reasons::kIssuing);
  if (!is_made_anew || !is_about_secrets) return secret.view.created;
  const auto unready = secret.view.created - ready->last_transition_time;
  return secret.view.created +
         std::clamp<core::Timestamp::duration>(unready, core::Timestamp::duration::zero(), kLongestStand);
}

void choose_secret_content(const Observed& seen, Draft& draft) {
  if (draft.token) return;  // issued just now
  const KeyEntry* issuing = find_key(draft.keys, KeyState::Issuing);
  const KeyEntry* shown = issuing != nullptr ? issuing : find_key(draft.keys, KeyState::Current);
  const SeenSecret* holder = shown == nullptr ? nullptr : find_holder(seen, shown->hash);
  if (holder == nullptr) return;
  draft.token = facts_of(*shown);
  if (issuing != nullptr) {
    draft.previous = holder->payload->previous;
  } else if (const KeyEntry* previous = find_previous(seen, draft.keys)) {
    draft.previous = facts_of(*previous);
  }
}

void plan_secrets(const Observed& seen, core::Timestamp now, Draft& draft, core::Plan& plan) {
  if (draft.secrets == SecretCourse::Write) write_secrets(seen, now, draft, plan);
  if (draft.secrets == SecretCourse::Narrow) narrow(seen, wanted_places(seen, draft), plan);
  if (draft.secrets == SecretCourse::Remove) remove_secrets(seen, draft, plan);
  hold_while_paused(seen, draft, plan);
}

bool needs_finalizer(const Observed& seen, const Draft& draft) {
  const bool stands = std::any_of(seen.secrets.begin(), seen.secrets.end(), [&](const SeenSecret& secret) {
    const bool is_collected = secret.view.key.ns == seen.key.metadata.ns &&
                              (secret.view.is_owned_by(seen.key.metadata.uid) || is_left_behind(seen, secret));
    return is_ours(seen, secret) && !is_collected;
  });
  return stands ||
         (draft.secrets == SecretCourse::Write && !seen.key.metadata.is_deleting() && !seen.copy_namespaces.empty());
}

}  // namespace guildhall::controllers::apikey
