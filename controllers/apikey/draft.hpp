#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controllers/apikey/observed.hpp"
#include "controllers/apikey/sealed_payload.hpp"
#include "operator/core/plan.hpp"

namespace guildhall::controllers::apikey {

using KeyEntry = api::ApiKeyStatusKey;
using KeyState = api::ApiKeyStatusKeyState;
using Phase = api::ApiKeyPhase;

/// What happens to the key's Secrets.
enum class SecretCourse {
  Leave,   ///< neither written nor removed
  Narrow,  ///< not written; copies go from where none is asked for
  Write,   ///< brought to what the draft says
  Remove,  ///< all of this key go
};

/// What keeps Ready from being True. The first one found is told.
struct Obstacle {
  const char* reason;
  std::string message;
  bool stalled = false;  ///< a person must act; else we go on
};

/// Where the rules write what they decide. Begins as what the status says now.
struct Draft {
  std::vector<KeyEntry> keys;
  Phase phase = Phase::Pending;
  SecretCourse secrets = SecretCourse::Leave;
  std::optional<TokenFacts> token;     ///< what the Secrets are to hold
  std::optional<TokenFacts> previous;  ///< and as previous-token
  std::optional<core::Timestamp> rotated_for;
  std::string owner_email;
  std::optional<Obstacle> obstacle;
  const char* suspended_for = nullptr;  ///< why the key is refused at present; null: it is not
  std::string suspended_message;
  std::optional<core::Timestamp> look_at;  ///< when the rules about Secrets want to look again, if that is ahead
  bool withdrawn = false;                  ///< a token of this key was taken away, and no other was issued since
  std::vector<core::AuditNote> audit;

  void hinder(Obstacle found) {
    if (!obstacle) obstacle = std::move(found);
  }
};

KeyEntry* find_key(std::vector<KeyEntry>& keys, KeyState state);
const KeyEntry* find_key(const std::vector<KeyEntry>& keys, KeyState state);
TokenFacts facts_of(const KeyEntry& key);
KeyEntry entry_of(const TokenFacts& facts, KeyState state);

/// The name of the key's Secret: spec.secret.name, or the key's own.
std::string secret_name(const api::ApiKey& key);
/// Where the Secret of the home is.
core::ObjectKey home_secret_key(const api::ApiKey& key);
/// The places of Secrets that a key wants: its home first, then the copies.
std::vector<core::ObjectKey> wanted_secret_places(const api::ApiKey& key);
/// The Secret at that place, or null.
const SeenSecret* find_secret(const Observed& seen, const core::ObjectKey& at);
/// Whether it is owned by another ApiKey than this one, which does not know its token: a former one of the same name,
/// whose token ended with it. The garbage collector is on its way to such a Secret, or has missed it.
bool is_left_behind(const Observed& seen, const SeenSecret& secret);
/// Whether it carries a valid seal that says it is this key's, stands where it was written and is not left behind.
bool is_intact(const Observed& seen, const SeenSecret& secret);
/// Whether it is this key's, intact or not.
bool is_ours(const Observed& seen, const SeenSecret& secret);
/// Whether the writing of Secrets is stopped.
bool is_paused(const Observed& seen);
/// The Secret of the home when it cannot be judged, as the key that sealed it is not kept; or null. One that shows
/// another token than the status knows was edited, whatever its seal, and one that another ApiKey owns is not this
/// key's to judge. A copy does not count: whoever runs workloads
/// beside it could write such a seal, and it can be written anew from the home's.
const SeenSecret* find_unverifiable(const Observed& seen);
/// An intact Secret of this key from which the token of that hash can be read, or null.
const SeenSecret* find_holder(const Observed& seen, const std::string& hash);

}  // namespace guildhall::controllers::apikey
