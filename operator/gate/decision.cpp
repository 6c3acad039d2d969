#include "operator/gate/decision.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "operator/core/api_key_token.hpp"
#include "operator/crypto/digest.hpp"
#include "operator/gate/clean_path.hpp"

namespace guildhall::gate {

namespace {

/// How an outcome is told.
struct Telling {
  Outcome outcome;
  std::string_view word;
  int status;
  std::string_view sentence;
};

// clang-format off
constexpr auto kTellings = std::to_array<Telling>({
  {Outcome::Allowed, "Allowed", 200, ""},
  {Outcome::NoKey, "NoKey", 401, "an API key is needed: Authorization: Bearer <token>"},
  {Outcome::SeveralKeys, "SeveralKeys", 401, "several API keys are presented: send one"},
  {Outcome::MalformedKey, "MalformedKey", 401, "that is no API key, or it was mistyped"},
  {Outcome::UnknownKey, "UnknownKey", 401, "no such API key is known here"},
  {Outcome::Expired, "Expired", 401, "the API key has expired"},
  {Outcome::Revoked, "Revoked", 401, "the API key is revoked"},
  {Outcome::Suspended, "Suspended", 401, "the API key is suspended, or its owner or the organization is"},
  {Outcome::UnknownDeployment, "UnknownDeployment", 403, "the organization has no deployment of the name that the proxy asks for"},
  {Outcome::AmbiguousDeployment, "AmbiguousDeployment", 403, "the organization has several deployments of the name that the proxy asks for: write namespace.name or namespace.name.kind"},
  {Outcome::OtherDeployment, "OtherDeployment", 403, "the API key does not open this deployment"},
  {Outcome::OtherTenant, "OtherTenant", 403, "the path is another tenant's"},
  {Outcome::NoPermission, "NoPermission", 403, "the API key may not do that"},
  {Outcome::ClosedPath, "ClosedPath", 403, "the path is closed to API keys"},
  {Outcome::UnknownPath, "UnknownPath", 403, "the path is not one that API keys open"},
  {Outcome::AmbiguousPath, "AmbiguousPath", 403, "the path can be read in more than one way"},
  {Outcome::UnclearRequest, "UnclearRequest", 403, "the proxy does not say, or says twice, what it was asked"},
});
// clang-format on

const Telling& telling_of(Outcome outcome) {
  return *std::ranges::find(kTellings, outcome, &Telling::outcome);
}

std::string_view text_of(const crypto::Sha256Digest& digest) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as characters
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Whether it is the token of that hash. Without one the same work is done, and the answer is no.
bool is_the_token(std::string_view token, const KeyToken* known) {
  static const crypto::Sha256Digest kNone{};
  const bool equal =
      crypto::equal_in_constant_time(text_of(crypto::sha256(token)), text_of(known != nullptr ? known->hash : kNone));
  return equal && known != nullptr;
}

std::string permissions_of(const KeyEntry& key) {
  if (key.reads && key.writes) return "ReadWrite";
  return key.reads ? "Read" : "Write";
}

/// Of somebody who has shown a key; Allowed: it is accepted.
Outcome judge_key(const KeyTable::Found& found, core::Timestamp now) {
  if (found.token->expires_at && *found.token->expires_at <= now) return Outcome::Expired;
  if (found.key->refused == "Revoked") return Outcome::Revoked;
  if (found.key->refused == "Expired") return Outcome::Expired;
  const bool accepted = found.key->refused.empty() && found.owner_in_force && found.organization->accepted;
  return accepted ? Outcome::Allowed : Outcome::Suspended;
}

Outcome judge_use(PathUse use, const KeyEntry& key) {
  if (use == PathUse::Closed) return Outcome::ClosedPath;
  if (use == PathUse::Unknown) return Outcome::UnknownPath;
  return (use == PathUse::Read ? key.reads : key.writes) ? Outcome::Allowed : Outcome::NoPermission;
}

Outcome judge_path(const std::string& target, const DeploymentEntry& deployment, const KeyTable::Found& found,
                   const PathTable& paths) {
  const auto path = clean_path(target);
  if (!path) return Outcome::AmbiguousPath;
  const ClassifiedPath classified = paths.classify(deployment.product, *path);
  const Outcome judged = judge_use(classified.use, *found.key);
  const bool is_other = classified.tenant && *classified.tenant != found.organization->tenant;
  return is_other && judged != Outcome::ClosedPath && judged != Outcome::UnknownPath ? Outcome::OtherTenant : judged;
}

/// Of a key that is accepted: what it is for.
Outcome judge_request(const OriginalRequest& request, const KeyTable::Found& found, const PathTable& paths) {
  const Deployments& deployments = found.organization->deployments;
  const auto called = deployments.called(request.deployment);
  if (called.empty()) return Outcome::UnknownDeployment;
  if (called.size() > 1) return Outcome::AmbiguousDeployment;
  const DeploymentEntry& deployment = deployments.at(called.front());
  if (!opens(found.key->opening, deployment, deployments)) return Outcome::OtherDeployment;
  return judge_path(request.target, deployment, found, paths);
}

Decision decide_with_token(const Question& question, const KeyTable& table, const PathTable& paths) {
  Decision decision;
  const std::string& token = question.credentials.token;
  const std::string_view id = core::token_id(token);
  if (id.empty()) return {.outcome = Outcome::MalformedKey};
  table.look_up(question.request.organization, id, [&](const KeyTable::Found& found) {
    const bool is_it = is_the_token(token, found.token);
    if (!is_it || found.organization == nullptr || found.organization->home != found.object->ns) {
      decision.outcome = Outcome::UnknownKey;
      return;
    }
    decision.key = found.object->name;
    decision.home = found.object->ns;
    decision.uid = found.key->uid;
    decision.permissions = permissions_of(*found.key);
    decision.outcome = judge_key(found, question.now);
    decision.tenant = found.organization->tenant;
    if (decision.outcome == Outcome::Allowed) decision.outcome = judge_request(question.request, found, paths);
  });
  return decision;
}

Outcome outcome_without_token(Presented presented) {
  if (presented == Presented::Several) return Outcome::SeveralKeys;
  return presented == Presented::Malformed ? Outcome::MalformedKey : Outcome::NoKey;
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  return telling_of(outcome).word;
}

std::vector<Outcome> all_outcomes() {
  std::vector<Outcome> outcomes;
  outcomes.reserve(kTellings.size());
  for (const Telling& telling : kTellings)
    outcomes.push_back(telling.outcome);
  return outcomes;
}

std::optional<Outcome> parse_outcome(std::string_view word) {
  const auto* const found = std::ranges::find(kTellings, word, &Telling::word);
  return found == kTellings.end() ? std::nullopt : std::optional(found->outcome);
}

int status_of(Outcome outcome) {
  return telling_of(outcome).status;
}

std::string_view sentence_of(Outcome outcome) {
  return telling_of(outcome).sentence;
}

Decision decide(const Question& question, const KeyTable& table, const PathTable& paths) {
  if (question.credentials.presented == Presented::Token) return decide_with_token(question, table, paths);
  return {.outcome = outcome_without_token(question.credentials.presented)};
}

}  // namespace guildhall::gate
