#include "controllers/apikey/token_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controllers/apikey/expiry.hpp"
#include "controllers/apikey/names.hpp"
#include "controllers/apikey/reasons.hpp"
#include "controllers/apikey/secret_rules.hpp"

namespace guildhall::controllers::apikey {
namespace {

constexpr std::size_t kMaxKeys = 3;
constexpr std::chrono::seconds kDefaultOverlap = std::chrono::hours{1};
/// How long a new token waits until no Secret shows the former one. Whoever writes that one back again and again does
/// not keep it alive.
constexpr std::chrono::minutes kSettlingPatience{2};

/// Why a token is issued now.
enum class IssueCause { None, First, Lost, Rotation, Renewal };

core::AuditNote entry(const Observed& seen, core::ActionName action, std::string note, const std::string& id) {
  return {.action = action,
          .note = std::move(note),
          .identity = fmt::format("{}/{}/{}", seen.key.metadata.uid, action.text(), id)};
}

std::chrono::seconds overlap_of(const api::ApiKeySpec& spec) {
  return spec.rotation ? checked_duration(spec.rotation->overlap) : kDefaultOverlap;
}

/// What an old token becomes when `issued` takes its place by rotation: valid until the overlap ends, never longer than
/// before.
TokenFacts as_previous(const KeyEntry& old, core::Timestamp issued, std::chrono::seconds overlap) {
  TokenFacts facts = facts_of(old);
  const core::Timestamp end = issued + overlap;
  if (!facts.expires_at || *facts.expires_at > end) facts.expires_at = end;
  return facts;
}

/// For good, as far as can be told: what may pass by itself is waited for, but not for ever.
bool is_refused(const Observed& seen, core::Timestamp now, const std::string& name) {
  return std::any_of(seen.failures.begin(), seen.failures.end(), [&](const core::WriteFailure& failure) {
    return failure.object == name && (!core::is_transient(failure.kind) || now >= end_of_waiting(failure));
  });
}

/// It cannot be written over or removed, for whatever reason, so nothing waits for that: whoever can bring it about
/// would keep the former token alive.
bool is_out_of_reach(const Observed& seen, core::Timestamp now, const SeenSecret& secret) {
  const std::string name = core::describe(core::types::secrets(), secret.view.key);
  return secret.view.deleting ||
         std::any_of(seen.copy_namespaces.begin(), seen.copy_namespaces.end(),
                     [&](const CopyNamespace& ns) { return ns.name == secret.view.key.ns && !ns.usable; }) ||
         is_refused(seen, now, name);
}

/// Written by Guildhall, or where it writes. One that merely points at the key could be anybody's, anywhere.
bool is_known_place(const Observed& seen, const SeenSecret& secret) {
  const auto places = wanted_secret_places(seen.key);
  return is_intact(seen, secret) || std::find(places.begin(), places.end(), secret.view.key) != places.end();
}

/// Whether some Secret of this key still shows the token of that hash, though it can be written or removed.
bool is_still_shown(const Observed& seen, core::Timestamp now, const std::string& hash) {
  return std::any_of(seen.secrets.begin(), seen.secrets.end(), [&](const SeenSecret& secret) {
    return is_ours(seen, secret) && is_known_place(seen, secret) && secret.view.token_hash == hash &&
           !is_out_of_reach(seen, now, secret);
  });
}

/// spec.rotateAt while it is still to be acted on. To the second, as status.rotatedFor can hold no more.
std::optional<core::Timestamp> open_rotate_at(const Observed& seen, const Draft& draft) {
  if (!seen.key.spec.rotate_at) return std::nullopt;
  const core::Timestamp wish = core::floor_to_seconds(*seen.key.spec.rotate_at);
  if (draft.rotated_for == wish) return std::nullopt;
  return wish;
}

/// A rotateAt that was due when a token was issued has been acted on by that, whatever caused the issue.
void record_rotate_at(const Observed& seen, core::Timestamp issued, Draft& draft) {
  const auto wish = open_rotate_at(seen, draft);
  if (wish && *wish <= issued) draft.rotated_for = wish;
}

void tell_issued(const Observed& seen, const KeyEntry& key, const KeyEntry* old, bool rotated, Draft& draft) {
  if (old == nullptr) {
    draft.audit.push_back(entry(seen, "ApiKeyIssued", fmt::format("token {} was issued", key.id), key.id));
  } else if (rotated) {
    draft.audit.push_back(entry(
        seen, "ApiKeyRotated",
        fmt::format("token {} was issued; token {} is accepted until the overlap ends", key.id, old->id), key.id));
  } else {
    draft.audit.push_back(
        entry(seen, "ApiKeyReissued",
              fmt::format("token {} was issued in place of {}, which is no longer accepted", key.id, old->id), key.id));
  }
}

/// This process drew the token and still has it: its Secret was refused, and is tried again with the same one, so that
/// the status stays as it is and the pauses between the tries grow.
bool is_at_hand(const Observed& seen, const Draft& draft, const KeyEntry& issuing) {
  return issuing.hash == seen.candidate.hash && draft.suspended_for == nullptr;
}

/// It was drawn for an entry that has ended on its way. A copy may have shown it, so it is not given new times; the
/// next look draws another.
bool is_used_up(const Observed& seen) {
  const auto& told = seen.key.status.keys;
  return std::any_of(told.begin(), told.end(), [&](const KeyEntry& key) { return key.hash == seen.candidate.hash; });
}

void promote(const Observed& seen, const SealedPayload& payload, Draft& draft) {
  const KeyEntry issued = *find_key(draft.keys, KeyState::Issuing);
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  const bool rotated = current != nullptr && payload.previous && payload.previous->id == current->id;
  tell_issued(seen, issued, current, rotated, draft);
  // Whoever takes the Secret away takes away what it held: without a rotation no earlier token is accepted on.
  std::erase_if(draft.keys, [&](const KeyEntry& key) { return !rotated || key.state != KeyState::Previous; });
  draft.keys.insert(draft.keys.begin(), entry_of(facts_of(issued), KeyState::Current));
  if (rotated) draft.keys.push_back(entry_of(*payload.previous, KeyState::Previous));
  record_rotate_at(seen, issued.issued_at, draft);
}

/// Some Secret in the home's namespace holds the token of that hash, be it under a former name.
bool is_held_in_home_namespace(const Observed& seen, const std::string& hash) {
  return std::any_of(seen.secrets.begin(), seen.secrets.end(), [&](const SeenSecret& secret) {
    return secret.view.key.ns == seen.key.metadata.ns && is_intact(seen, secret) && secret.payload->token.hash == hash;
  });
}

/// The Secret of the home, or one that still has the former name, holds the token of that hash.
bool is_held_at_home(const Observed& seen, const std::string& hash) {
  const SeenSecret* home = find_secret(seen, home_secret_key(seen.key));
  if (home != nullptr) return is_intact(seen, *home) && home->payload->token.hash == hash;
  return is_held_in_home_namespace(seen, hash);
}

bool has_prolonged_after_end(const Observed& seen, const KeyEntry& current) {
  return ends_later(wanted_expiry(seen.key.spec, current.issued_at), current.expires_at);
}

/// A loss goes before a rotation that is due: what was taken away is not accepted on for an overlap.
IssueCause cause_to_issue(const Observed& seen, core::Timestamp now, const Draft& draft) {
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  if (current == nullptr) return IssueCause::First;
  const auto rotation = next_rotation(seen, draft);
  const bool rotates = rotation && *rotation <= now;
  if (has_expired(current->expires_at, now))
    return rotates || has_prolonged_after_end(seen, *current) ? IssueCause::Renewal : IssueCause::None;
  if (!is_held_at_home(seen, current->hash)) return IssueCause::Lost;
  return rotates ? IssueCause::Rotation : IssueCause::None;
}

/// The Secret of the home is in the way: another's, edited by hand, or of a token that is no longer known. It goes
/// first, by its UID.
bool is_in_the_way(const Observed& seen, const SeenSecret& home, const Draft& draft) {
  if (!is_intact(seen, home)) return true;
  return std::none_of(draft.keys.begin(), draft.keys.end(),
                      [&](const KeyEntry& key) { return key.hash == home.payload->token.hash; });
}

/// Says what forbids a new token now. True: nothing does.
bool may_issue(const Observed& seen, core::Timestamp now, const Expiry& expiry, Draft& draft) {
  const SeenSecret* home = find_secret(seen, home_secret_key(seen.key));
  if (find_taken(seen) || (home != nullptr && is_in_the_way(seen, *home, draft)))
    return false;  // told by the rules about Secrets
  if (is_paused(seen)) {
    draft.hinder({reasons::kPaused, "a token is due, but guildhall.dev/paused is set", false});
    return false;
  }
  if (const auto broken = find_limit_violation(*seen.organization, now, expiry)) {
    draft.hinder({broken->reason, broken->message, true});
    return false;
  }
  const bool takes_room = draft.keys.empty() || draft.phase == Phase::Expired;
  if (seen.over_quota && takes_room) {
    draft.hinder({reasons::kQuotaExceeded,
                  "the Organization's apiKeys.maxKeys is used up by other keys; delete or revoke one, or ask for more",
                  true});
    return false;
  }
  return true;
}

void make_room(Draft& draft) {
  while (draft.keys.size() >= kMaxKeys) {
    const auto oldest =
        std::min_element(draft.keys.begin(), draft.keys.end(), [](const KeyEntry& a, const KeyEntry& b) {
          return std::make_pair(a.state != KeyState::Previous, a.issued_at) <
                 std::make_pair(b.state != KeyState::Previous, b.issued_at);
        });
    draft.keys.erase(oldest);
  }
}

core::AuditNote lost(const Observed& seen, const KeyEntry& current) {
  return entry(
      seen, "ApiKeyLost",
      fmt::format("the Secret of token {} was taken away: it is no longer accepted, and no other can be issued now",
                  current.id),
      current.id);
}

/// It was changed as soon as it was made, and is left for a while.
bool stands_changed(const Observed& seen, core::Timestamp now, const SeenSecret& home) {
  return !is_intact(seen, home) && now < replaceable_from(seen, home);
}

/// The Secret of a new token is refused or changed, or does not come about for another reason.
bool is_held_up(const Observed& seen, core::Timestamp now, const KeyEntry& issuing) {
  const core::ObjectKey at = home_secret_key(seen.key);
  const SeenSecret* home = find_secret(seen, at);
  return now >= end_of_settling(issuing) || is_refused(seen, now, core::describe(core::types::secrets(), at)) ||
         (home != nullptr && stands_changed(seen, now, *home));
}

/// A lost token does not outlive that its successor cannot be given to the home.
void end_when_held_up(const Observed& seen, core::Timestamp now, Draft& draft) {
  const KeyEntry* issuing = find_key(draft.keys, KeyState::Issuing);
  if (issuing == nullptr || is_paused(seen) || is_held_at_home(seen, issuing->hash) ||
      !is_held_up(seen, now, *issuing) || cause_to_issue(seen, now, draft) != IssueCause::Lost)
    return;
  draft.audit.push_back(lost(seen, *find_key(draft.keys, KeyState::Current)));
  std::erase_if(draft.keys, [](const KeyEntry& key) { return key.state != KeyState::Issuing; });
  draft.withdrawn = true;
}

void drop_issuing(Draft& draft) {
  std::erase_if(draft.keys, [](const KeyEntry& key) { return key.state == KeyState::Issuing; });
}

/// The token that this process could not write yet, or the one that was drawn for this look.
TokenFacts token_to_issue(const Observed& seen, core::Timestamp now, const KeyEntry* at_hand) {
  if (at_hand != nullptr) return facts_of(*at_hand);
  const core::Timestamp issued = core::floor_to_seconds(now);
  return {.id = seen.candidate.id,
          .hash = seen.candidate.hash,
          .issued_at = issued,
          .expires_at = wanted_expiry(seen.key.spec, issued)};
}

}  // namespace

void adopt_sealed_secret(const Observed& seen, core::Timestamp now, Draft& draft) {
  if (!draft.keys.empty() || draft.withdrawn) return;
  const SeenSecret* home = find_secret(seen, home_secret_key(seen.key));
  if (home == nullptr || !is_intact(seen, *home)) return;
  const SealedPayload& payload = *home->payload;
  draft.keys.push_back(entry_of(payload.token, KeyState::Current));
  if (payload.previous && !has_expired(payload.previous->expires_at, now))
    draft.keys.push_back(entry_of(*payload.previous, KeyState::Previous));
  draft.owner_email = payload.owner;
  record_rotate_at(seen, now, draft);
  draft.audit.push_back(entry(
      seen, "ApiKeyAdopted",
      fmt::format("token {} of a sealed Secret was taken over, with its times", payload.token.id), payload.token.id));
}

core::Timestamp end_of_settling(const KeyEntry& issuing) {
  return issuing.issued_at + kSettlingPatience;
}

core::Timestamp end_of_waiting(const core::WriteFailure& failure) {
  return failure.since + kSettlingPatience;
}

void settle_issuing(const Observed& seen, core::Timestamp now, Draft& draft) {
  const KeyEntry* issuing = find_key(draft.keys, KeyState::Issuing);
  if (issuing == nullptr) return;
  const SeenSecret* home = find_secret(seen, home_secret_key(seen.key));
  if (home == nullptr || !is_intact(seen, *home) || home->payload->token.hash != issuing->hash) {
    // A copy may hold it all the same, if the home's Secret was lost in between: then it is taken from there.
    const bool may_come = !has_expired(issuing->expires_at, now) &&
                          (is_still_shown(seen, now, issuing->hash) || is_at_hand(seen, draft, *issuing));
    if (!may_come || find_taken(seen)) drop_issuing(draft);
    return;
  }
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  if (current == nullptr || !is_still_shown(seen, now, current->hash) || now >= end_of_settling(*issuing))
    promote(seen, *home->payload, draft);
}

void end_overlaps(core::Timestamp now, Draft& draft) {
  std::erase_if(draft.keys, [&](const KeyEntry& key) {
    return key.state == KeyState::Previous && has_expired(key.expires_at, now);
  });
}

void end_lost_tokens(const Observed& seen, core::Timestamp now, Draft& draft) {
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  if (current == nullptr || has_expired(current->expires_at, now) || is_paused(seen)) return;
  const SeenSecret* home = find_secret(seen, home_secret_key(seen.key));
  const bool is_at_home =
      home != nullptr && is_ours(seen, *home) &&
      (is_intact(seen, *home) || !(is_out_of_reach(seen, now, *home) || stands_changed(seen, now, *home)));
  if (is_at_home || is_held_in_home_namespace(seen, current->hash)) return;
  draft.audit.push_back(lost(seen, *current));
  draft.keys.clear();
  draft.withdrawn = true;
}

void apply_expiry_edit(const Observed& seen, core::Timestamp now, Draft& draft) {
  KeyEntry* current = find_key(draft.keys, KeyState::Current);
  if (current == nullptr || has_expired(current->expires_at, now)) return;
  const Expiry wanted = wanted_expiry(seen.key.spec, current->issued_at);
  if (ends_later(wanted, current->expires_at)) {
    if (const auto broken = find_limit_violation(*seen.organization, current->issued_at, wanted)) {
      draft.hinder({broken->reason, broken->message + "; the present token keeps its time", true});
      return;
    }
  }
  current->expires_at = wanted;
}

std::optional<core::Timestamp> next_rotation(const Observed& seen, const Draft& draft) {
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  if (current == nullptr) return std::nullopt;
  std::optional<core::Timestamp> next;
  if (seen.key.spec.rotation) next = current->issued_at + checked_duration(seen.key.spec.rotation->every);
  const auto wish = open_rotate_at(seen, draft);
  return wish && (!next || *wish < *next) ? wish : next;
}

void issue_when_due(const Observed& seen, core::Timestamp now, Draft& draft) {
  end_when_held_up(seen, now, draft);
  const KeyEntry* issuing = find_key(draft.keys, KeyState::Issuing);
  const bool again = issuing != nullptr && is_at_hand(seen, draft, *issuing) && !find_holder(seen, issuing->hash);
  if (issuing != nullptr && !again) return;
  if (issuing == nullptr && is_used_up(seen)) return end_lost_tokens(seen, now, draft);
  const TokenFacts fresh = token_to_issue(seen, now, issuing);
  const IssueCause cause = cause_to_issue(seen, now, draft);
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  if (cause == IssueCause::None || has_expired(fresh.expires_at, now) ||
      !may_issue(seen, now, fresh.expires_at, draft)) {
    end_lost_tokens(seen, now, draft);
    return drop_issuing(draft);
  }
  if (cause == IssueCause::Rotation && find_holder(seen, current->hash) != nullptr) {
    // From now, also if the token was drawn long ago and its Secret refused until now.
    draft.previous = as_previous(*current, core::floor_to_seconds(now), overlap_of(seen.key.spec));
  }
  if (!again) {
    make_room(draft);
    draft.keys.push_back(entry_of(fresh, KeyState::Issuing));
  }
  draft.token = fresh;
}

}  // namespace guildhall::controllers::apikey
