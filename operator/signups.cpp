#include "operator/signups.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "controllers/organization/caches.hpp"
#include "controllers/organization/claim.hpp"
#include "controllers/organization/signup.hpp"
#include "operator/core/member_name.hpp"
#include "operator/core/printable.hpp"
#include "operator/core/token_quotes.hpp"

namespace guildhall {

namespace organization = controllers::organization;

namespace {

using nlohmann::json;

constexpr int kMostTries = 5;

/// Somebody waits for the answer.
kube::ClientOptions client_options() {
  kube::ClientOptions client;
  client.timeout = std::chrono::seconds{5};
  client.longest_wait = std::chrono::seconds{2};
  client.max_attempts = 2;
  client.strike = core::strike_tokens;
  return client;
}

/// Of a get.
core::Result<std::optional<json>> if_there(core::Result<json> object) {
  if (object) return std::optional(std::move(*object));
  if (object.error().kind == core::ErrorKind::NotFound) return std::optional<json>();
  return std::unexpected(object.error());
}

/// Nothing was made, for certain.
bool is_refusal(core::ErrorKind kind) {
  return kind == core::ErrorKind::Forbidden || kind == core::ErrorKind::AlreadyExists ||
         kind == core::ErrorKind::Invalid;
}

const char* outcome_of(const core::Result<records::SignupOutcome>& taken) {
  if (taken) return "made";
  return is_refusal(taken.error().kind) ? "refused" : "failed";
}

}  // namespace

Signups::Signups(Surroundings surroundings)
    : at_(std::move(surroundings)), client_(at_.transport, client_options(), at_.metrics) {}

core::Result<records::SignupOutcome> Signups::take(const records::Signup& signup) {
  auto taken = decide(signup);
  if (signup.dry_run) return taken;
  at_.metrics.count("guildhall_signups_total", {{"outcome", outcome_of(taken)}}, 1);
  if (taken) {
    spdlog::info("{} signed up for Organization {}", core::printable(signup.user.name), signup.organization);
  } else {
    spdlog::info("{} did not get Organization {}: {}", core::printable(signup.user.name), signup.organization,
                 core::printable(taken.error().describe()));
  }
  return taken;
}

core::Result<records::SignupOutcome> Signups::decide(const records::Signup& signup) {
  if (!at_.has_read_cluster())
    return core::fail(core::ErrorKind::Unavailable, "this replica has not read the cluster yet; try again");
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return core::fail(core::ErrorKind::TooManyRequests, "somebody else signs up just now; try again");
  SignupsLease lease(client_, at_.ns);
  for (int tries = 0; tries < kMostTries; ++tries) {
    auto outcome = try_once(signup, lease);
    if (!outcome) return std::unexpected(outcome.error());
    if (*outcome) return std::move(**outcome);
  }
  return core::fail(core::ErrorKind::Unavailable, "many sign up just now; try again");
}

core::Result<std::optional<records::SignupOutcome>> Signups::try_once(const records::Signup& signup,
                                                                      SignupsLease& lease) {
  if (const auto read = lease.read(at_.stop); !read) return std::unexpected(read.error());
  PendingSignups pending = lease.pending(at_.clock.now());
  const auto found = facts(signup, pending);
  if (!found) return std::unexpected(found.error());
  const auto may =
      organization::judge_signup({.user = signup.user.name, .email = signup.email, .organization = signup.organization},
                                 at_.limits, at_.identity, *found);
  if (!may) return std::unexpected(may.error());
  records::SignupOutcome outcome{.ns = signup.organization, .member = core::name_of_email(signup.email)};
  if (signup.dry_run) return std::optional(std::move(outcome));
  pending[signup.organization] = {.by = organization::signed_up_by(at_.codec, signup.user.name),
                                  .since = at_.clock.now()};
  const auto recorded = lease.write(pending, at_.stop);
  if (!recorded) return std::unexpected(recorded.error());
  if (!*recorded) return std::optional<records::SignupOutcome>();
  const auto made = make(signup, outcome.member);
  if (made) return std::optional(std::move(outcome));
  if (is_refusal(made.error().kind)) {
    pending.erase(signup.organization);
    // Only a courtesy to whoever chooses another name at once: the entry ends by itself.
    std::ignore = lease.write(pending, at_.stop);
  }
  return std::unexpected(made.error());
}

core::Result<organization::SignupFacts> Signups::facts(const records::Signup& signup, const PendingSignups& pending) {
  organization::SignupFacts facts;
  facts.is_protected = organization::is_protected(signup.organization, at_.protected_namespaces);
  if (const auto looked = look_at_name(signup.organization, facts); !looked) return std::unexpected(looked.error());
  const auto others = count_others(signup, pending);
  if (!others) return std::unexpected(others.error());
  facts.others_of_user = *others;
  return facts;
}

core::Result<void> Signups::look_at_name(const std::string& name, organization::SignupFacts& facts) {
  const auto object = if_there(client_.get(api::organization_type(), {"", name}, at_.stop));
  if (!object) return std::unexpected(object.error());
  if (*object) {
    const auto standing = api::parse_organization(**object);
    if (!standing) return std::unexpected(standing.error());
    const auto signup = organization::judge_signup(at_.sealer, *standing);
    facts.organization = signup ? signup->user : "";
  }
  const auto ns = if_there(client_.get(core::types::namespaces(), {"", name}, at_.stop));
  if (!ns) return std::unexpected(ns.error());
  facts.namespace_exists = ns->has_value();
  facts.is_promised = std::ranges::any_of(at_.informers.organizations.list(), [&](const auto& other) {
    const auto names = organization::named_namespaces(*other);
    return other->metadata.name != name && std::ranges::find(names, name) != names.end();
  });
  return {};
}

core::Result<std::size_t> Signups::count_others(const records::Signup& signup, const PendingSignups& pending) {
  const std::string by = organization::signed_up_by(at_.codec, signup.user.name);
  std::set<std::string> names;
  kube::ListOptions options;
  options.selection.label_selector = fmt::format("{}={}", organization::kSignedUpByLabel, by);
  do {
    const auto page = client_.list(api::organization_type(), options, at_.stop);
    if (!page) return std::unexpected(page.error());
    for (const json& item : page->items)
      names.insert(item.at("metadata").at("name").get<std::string>());
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  for (const auto& [name, entry] : pending) {
    if (entry.by == by) names.insert(name);
  }
  names.erase(signup.organization);
  return names.size();
}

core::Result<void> Signups::make(const records::Signup& signup, const std::string& member) {
  auto sealed = organization::seal_signup(at_.sealer, signup.organization,
                                          {.user = signup.user.name,
                                           .email = signup.email,
                                           .member = member,
                                           .credential = std::string(core::credential_kind(signup.user))});
  if (!sealed) return std::unexpected(sealed.error());
  json object = core::object_head(api::organization_type(), {"", signup.organization});
  object["metadata"]["annotations"] = {{organization::kSignupAnnotation, std::move(*sealed)}};
  object["metadata"]["labels"] = {
      {organization::kSignedUpByLabel, organization::signed_up_by(at_.codec, signup.user.name)}};
  object["spec"] = {{"displayName", signup.display_name}};
  const auto made = client_.create(api::organization_type(), "", object, at_.stop);
  if (made) return {};
  if (made.error().kind == core::ErrorKind::AlreadyExists)
    return core::fail(core::ErrorKind::AlreadyExists,
                      fmt::format("the name {} is taken; choose another", signup.organization));
  return std::unexpected(made.error());
}

}  // namespace guildhall
