#include "controllers/apikey/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "controllers/apikey/deployments.hpp"
#include "controllers/apikey/expiry.hpp"
#include "controllers/apikey/reasons.hpp"
#include "controllers/apikey/token_rules.hpp"
#include "operator/core/deletion.hpp"

namespace guildhall::controllers::apikey {
namespace {

std::string until(const Expiry& expiry) {
  return expiry ? "until " + core::format_timestamp(*expiry) : std::string("with no end");
}

std::string ready_message(const Draft& draft) {
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  switch (draft.phase) {
    case Phase::Revoked:
      return "the key is revoked; no token of it is accepted";
    case Phase::Expired:
      return current == nullptr ? "expiresAt has passed; there is no token"
                                : "the token expired at " + core::format_timestamp(*current->expires_at);
    case Phase::Suspended:
      return draft.suspended_message + "; the key is refused until that changes";
    case Phase::Rotating:
      return fmt::format("token {} is valid {}; the one before it is accepted until its overlap ends", current->id,
                         until(current->expires_at));
    default:
      return current == nullptr ? std::string("no token is issued yet")
                                : fmt::format("token {} is valid {}", current->id, until(current->expires_at));
  }
}

core::Condition issued_condition(const Draft& draft, core::Timestamp now) {
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  // First, whatever else could be said: adopt_sealed_secret() goes by it.
  if (draft.withdrawn && current == nullptr && draft.phase != Phase::Revoked) {
    return core::wanted_condition("Issued", false, reasons::kWithdrawn,
                                  "the last token was taken away and is never accepted again");
  }
  if (draft.suspended_for != nullptr && draft.phase == Phase::Suspended)
    return core::wanted_condition("Issued", false, draft.suspended_for, draft.suspended_message);
  if (current != nullptr && !has_expired(current->expires_at, now)) {
    return core::wanted_condition("Issued", true, reasons::kIssued,
                                  fmt::format("token {} is valid {}", current->id, until(current->expires_at)));
  }
  if (draft.phase == Phase::Revoked)
    return core::wanted_condition("Issued", false, reasons::kRevoked, "the key is revoked");
  if (draft.phase == Phase::Expired)
    return core::wanted_condition("Issued", false, reasons::kExpired, "the key has expired");
  return core::wanted_condition("Issued", false, reasons::kNotIssued, "no token is issued yet");
}

core::Condition expiring_condition(const KeyEntry& current, core::Timestamp now) {
  if (!current.expires_at)
    return core::wanted_condition("ExpiringSoon", false, reasons::kNeverExpires, "the token does not expire");
  const bool soon = expiring_soon_from(current.issued_at, *current.expires_at) <= now;
  return core::wanted_condition("ExpiringSoon", soon, soon ? reasons::kExpiresSoon : reasons::kNotSoon,
                                "the token expires at " + core::format_timestamp(*current.expires_at));
}

/// Those that are to be let in.
std::vector<std::string> accepted_hashes(const Draft& draft, core::Timestamp now) {
  std::vector<std::string> hashes;
  if (draft.phase != Phase::Active && draft.phase != Phase::Rotating) return hashes;
  for (const KeyEntry& key : draft.keys) {
    if (key.state != KeyState::Issuing && !has_expired(key.expires_at, now)) hashes.push_back(key.hash);
  }
  return hashes;
}

core::Condition not_enforced(const char* reason, std::string message) {
  return core::wanted_condition("Enforced", false, reason, std::move(message));
}

/// Unset: the VMUsers are as they should be.
std::optional<core::Condition> judge_vmusers(const SeenEnforcement& seen, const std::vector<std::string>& accepted) {
  if (!seen.vmusers_secret) return std::nullopt;
  std::vector<std::string> standing;
  standing.reserve(seen.vmusers.size());
  for (const SeenVmUser& one : seen.vmusers)
    standing.push_back(one.hash);
  if (!std::ranges::is_permutation(accepted, standing))
    return not_enforced(reasons::kNotRendered,
                        "there is no VMUser yet for each token that is accepted, and for no other");
  if (!std::ranges::is_permutation(accepted, seen.beside_vmusers))
    return not_enforced(reasons::kNotRendered,
                        fmt::format("{} does not hold yet each token of the key that is accepted, and no other",
                                    core::describe(core::types::secrets(), *seen.vmusers_secret)));
  const auto found = std::ranges::find(seen.vmusers, false, &SeenVmUser::operational);
  if (found == seen.vmusers.end()) return std::nullopt;
  const std::string why = found->reason.empty() ? "is it selected by a VMAuth?" : found->reason;
  return not_enforced(reasons::kNotOperational,
                      fmt::format("VMUser {} is not operational: {}", found->key.to_string(), why));
}

/// Unset: the configuration is as it should be.
std::optional<core::Condition> judge_vmauth(const SeenEnforcement& seen, const std::vector<std::string>& accepted) {
  if (!seen.former.empty())
    return not_enforced(reasons::kNotRendered,
                        fmt::format("{} lets the key in still, and is to let nobody in any more",
                                    core::describe(core::types::secrets(), seen.former.front())));
  if (!seen.secret || std::ranges::is_permutation(accepted, seen.let_in)) return std::nullopt;
  return not_enforced(reasons::kNotRendered, fmt::format("{} does not say yet which tokens of the key are accepted",
                                                         core::describe(core::types::secrets(), *seen.secret)));
}

core::Condition enforced_condition(const Observed& whole, const Draft& draft, core::Timestamp now) {
  const SeenEnforcement& seen = *whole.enforcement;
  const bool opens_nothing = match_deployments(whole).opened.empty();
  const auto accepted = opens_nothing ? std::vector<std::string>{} : accepted_hashes(draft, now);
  auto flaw = judge_vmauth(seen, accepted);
  if (!flaw) flaw = judge_vmusers(seen, accepted);
  const bool is_behind = seen.trouble && seen.trouble->is_behind;
  if (!flaw && !is_behind)
    return core::wanted_condition("Enforced", true, reasons::kEnforced,
                                  accepted.empty() ? "no token of the key is to be let in, and none is"
                                                   : "the tokens that are accepted are let in, and no other");
  if (seen.trouble && (!flaw || flaw->reason == reasons::kNotRendered))
    return not_enforced(seen.trouble->reason.c_str(), seen.trouble->message);
  return *flaw;
}

std::vector<core::Condition> conditions(const Observed& seen, const Draft& draft, core::Timestamp now) {
  std::vector<core::Condition> wanted{issued_condition(draft, now)};
  const KeyEntry* current = find_key(draft.keys, KeyState::Current);
  if (current != nullptr && !has_expired(current->expires_at, now)) wanted.push_back(expiring_condition(*current, now));
  if (seen.enforcement) wanted.push_back(enforced_condition(seen, draft, now));
  if (draft.obstacle) {
    const Obstacle& obstacle = *draft.obstacle;
    wanted.push_back(core::wanted_condition("Ready", false, obstacle.reason, obstacle.message));
    wanted.push_back(
        core::wanted_condition(obstacle.stalled ? "Stalled" : "Reconciling", true, obstacle.reason, obstacle.message));
  } else {
    wanted.push_back(
        core::wanted_condition("Ready", true, std::string(api::to_string(draft.phase)), ready_message(draft)));
  }
  const auto& meta = seen.key.metadata;
  return core::merge_conditions(core::conditions_before(meta, seen.key.status.conditions), std::move(wanted),
                                meta.generation, now);
}

/// The name under which the Secret of the home stands, or would stand. While it is moved to another name, the new one
/// counts as soon as it stands. Never the name that is only wished for while another Secret has it: the Role that lets
/// Admins get keys names what stands here.
std::string standing_name(const Observed& seen) {
  const SeenSecret* wanted = find_secret(seen, home_secret_key(seen.key));
  if (wanted != nullptr && is_ours(seen, *wanted)) return wanted->view.key.name;
  for (const SeenSecret& secret : seen.secrets) {
    if (secret.view.key.ns == seen.key.metadata.ns && is_ours(seen, secret)) return secret.view.key.name;
  }
  return secret_name(seen.key);
}

/// The Secrets of this key that stand, the home's namespace first. Unset when there is none.
std::optional<api::ApiKeyStatusSecret> standing_secrets(const Observed& seen) {
  std::vector<std::string> namespaces;
  for (const SeenSecret& secret : seen.secrets) {
    if (is_ours(seen, secret)) namespaces.push_back(secret.view.key.ns);
  }
  if (namespaces.empty()) return std::nullopt;
  const auto rank = [&](const std::string& ns) { return std::make_pair(ns != seen.key.metadata.ns, ns); };
  std::sort(namespaces.begin(), namespaces.end(),
            [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
  namespaces.erase(std::unique(namespaces.begin(), namespaces.end()), namespaces.end());
  api::ApiKeyStatusSecret secret;
  secret.name = standing_name(seen);
  secret.namespaces = std::move(namespaces);
  return secret;
}

std::optional<api::ApiKeyStatusDeployments> deployments(const Observed& seen) {
  if (seen.home != HomeState::Claimed) return std::nullopt;
  DeploymentMatch match = match_deployments(seen);
  if (match.matched.empty() && match.missing.empty()) return std::nullopt;
  api::ApiKeyStatusDeployments result;
  result.matched = std::move(match.matched);
  result.missing = std::move(match.missing);
  return result;
}

}  // namespace

api::ApiKeyStatus wanted_status(const Observed& seen, const Draft& draft, core::Timestamp now) {
  api::ApiKeyStatus status;
  status.observed_generation = seen.key.metadata.generation;
  status.conditions = conditions(seen, draft, now);
  status.phase = draft.phase;
  status.organization =
      seen.home == HomeState::Claimed ? std::optional(seen.organization_name) : seen.key.status.organization;
  if (!draft.owner_email.empty()) status.owner_email = draft.owner_email;
  status.keys = draft.keys;
  status.secret = standing_secrets(seen);
  if (draft.phase == Phase::Active || draft.phase == Phase::Rotating)
    status.next_rotation_at = next_rotation(seen, draft);
  status.rotated_for = draft.rotated_for;
  status.last_used_at = seen.key.status.last_used_at;
  status.audit = seen.key.status.audit;
  status.deployments = deployments(seen);
  status.unknown = seen.key.status.unknown;
  return status;
}

}  // namespace guildhall::controllers::apikey
