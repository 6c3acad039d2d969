#include "controllers/enforcement/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "controllers/apikey/names.hpp"
#include "controllers/apikey/reasons.hpp"
#include "controllers/apikey/secret_object.hpp"
#include "controllers/enforcement/admittance.hpp"
#include "controllers/enforcement/vmauth_config.hpp"
#include "controllers/enforcement/vmusers.hpp"
#include "controllers/organization/observed.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::enforcement {

namespace {

using apikey::VmauthView;
using apikey::VmUserView;

constexpr std::chrono::minutes kForeignInterval{1};

bool is_ours(const Observed& seen, const auto& view) {
  return view.owner_uid == seen.organization.metadata.uid;
}

template <class View>
const View* find(const std::vector<View>& views, const core::ObjectKey& key) {
  const auto found = std::ranges::find(views, key, &View::key);
  return found == views.end() ? nullptr : &*found;
}

/// By somebody else's Secret.
bool is_taken(const Observed& seen, const core::ObjectKey& place) {
  const VmauthView* const standing = find(seen.secrets, place);
  // One of our type that lost its owner is taken over: a restore leaves it so, with tokens in it.
  return std::ranges::find(seen.foreign, place) != seen.foreign.end() ||
         (standing != nullptr && !standing->owner_uid.empty() && !is_ours(seen, *standing));
}

/// Its texts, with placeholders where tokens go, by entry.
using Entries = std::map<std::string, std::string>;

/// What parse_vmauth_view() makes of what is written.
std::string shape_of(const Entries& entries, const core::Codec& codec) {
  const auto configuration = entries.find(apikey::kVmauthEntry);
  if (configuration != entries.end()) return codec.sha256_hex(configuration->second);
  std::string text;
  for (const auto& [name, placeholder] : entries)
    text += fmt::format("{} {}\n", name, placeholder);
  return codec.sha256_hex(text);
}

bool is_as_wanted(const Observed& seen, const VmauthView& standing, const std::string& shape) {
  return is_ours(seen, standing) && standing.is_labelled && standing.shape == shape;
}

/// Whether a token that is let in is no longer to be.
bool takes_away(const VmauthView* standing, const Entries& entries) {
  const auto is_wanted = [&](const std::string& hash) {
    return std::ranges::any_of(entries, [text = apikey::placeholder(hash)](const auto& entry) {
      return entry.second.find(text) != std::string::npos;
    });
  };
  return standing != nullptr && !std::ranges::all_of(standing->hashes, is_wanted);
}

/// While the Organization is paused only what takes access away is written.
void write_secret(const Observed& seen, const core::ObjectKey& place, const Entries& entries, const core::Codec& codec,
                  core::Plan& plan) {
  const VmauthView* const standing = find(seen.secrets, place);
  if (standing != nullptr && (standing->deleting || is_as_wanted(seen, *standing, shape_of(entries, codec)))) return;
  if (organization::is_paused(seen.organization) && !takes_away(standing, entries)) return;
  nlohmann::json secret =
      core::generated_head(core::types::secrets(), place, api::organization_type(), seen.organization.metadata);
  secret["type"] = apikey::kVmauthSecretType;
  secret["stringData"] = entries;
  plan.apply.push_back({.type = core::types::secrets(),
                        .key = place,
                        .object = std::move(secret),
                        .resource_version = standing == nullptr ? core::kOnlyIfAbsent : standing->resource_version,
                        .holds_secret = true});
}

/// Whether something may be written there now.
bool is_free(const Observed& seen, const core::ObjectKey& place, core::Timestamp now, core::Plan& plan) {
  if (!has_namespace(seen.organization, place.ns)) return false;
  if (!is_taken(seen, place)) return true;
  // No watch shows when a Secret of another type goes.
  plan.look_again_at(now + kForeignInterval, now);
  return false;
}

void write_vmuser(const Observed& seen, const WantedVmUser& wanted, core::Plan& plan) {
  if (organization::is_paused(seen.organization)) return;
  const VmUserView* const standing = find(seen.vmusers, wanted.key);
  if (standing != nullptr && opens_more(*standing)) return;
  if (standing != nullptr && (!is_ours(seen, *standing) || standing->deleting || is_up_to_date(*standing, wanted)))
    return;
  plan.apply.push_back({.type = apikey::vmuser_type(),
                        .key = wanted.key,
                        .object = wanted.object,
                        .resource_version = standing == nullptr ? core::kOnlyIfAbsent : standing->resource_version});
}

void remove_secrets(const Observed& seen, const std::vector<core::ObjectKey>& wanted, core::Plan& plan) {
  for (const VmauthView& view : seen.secrets) {
    const bool is_wanted = std::ranges::find(wanted, view.key) != wanted.end();
    if (is_ours(seen, view) && !view.deleting && !is_wanted)
      plan.remove.push_back({.type = core::types::secrets(), .key = view.key, .uid = view.uid, .resource_version = ""});
  }
}

void remove_vmusers(const Observed& seen, const std::vector<WantedVmUser>& wanted, core::Plan& plan) {
  for (const VmUserView& view : seen.vmusers) {
    const bool is_wanted = std::ranges::find(wanted, view.key, &WantedVmUser::key) != wanted.end();
    if (is_ours(seen, view) && !view.deleting && (!is_wanted || opens_more(view)))
      plan.remove.push_back({.type = apikey::vmuser_type(), .key = view.key, .uid = view.uid, .resource_version = ""});
  }
}

/// Emptied first, so that a vmauth that has it refuses all; where it cannot be written any more, it goes.
std::vector<core::ObjectKey> places_to_keep(const Observed& seen) {
  std::vector<core::ObjectKey> places = wanted_places(seen.organization);
  if (seen.organization.metadata.is_deleting())
    std::erase_if(places, [&](const core::ObjectKey& one) { return !has_namespace(seen.organization, one.ns); });
  return places;
}

/// Those that are to stand; none where none can.
std::vector<WantedVmUser> vmusers_to_keep(const Observed& seen, const Admittance& admittance,
                                          const gate::PathTable& paths) {
  const auto place = vmusers_place(seen.organization);
  const bool can_stand =
      place && seen.serves_vmusers && has_namespace(seen.organization, place->ns) && !is_taken(seen, *place);
  if (!can_stand) return {};
  return wanted_vmusers(seen.organization, place->ns, admittance.tokens, paths);
}

void plan_vmusers(const Observed& seen, const std::vector<WantedVmUser>& wanted, const core::Codec& codec,
                  core::Timestamp now, core::Plan& plan) {
  const auto place = vmusers_place(seen.organization);
  if (!place || !seen.serves_vmusers || !is_free(seen, *place, now, plan)) return;
  Entries entries;
  for (const WantedVmUser& one : wanted)
    entries[one.entry] = apikey::placeholder(one.hash);
  // What they refer to stands before they do.
  write_secret(seen, *place, entries, codec, plan);
  for (const WantedVmUser& one : wanted)
    write_vmuser(seen, one, plan);
}

}  // namespace

core::Plan plan(const Observed& seen, const gate::PathTable& paths, const core::Codec& codec, core::Timestamp now) {
  core::Plan plan;
  const Admittance admittance = admittance_of(seen, now);
  const auto place = vmauth_place(seen.organization);
  if (place && is_free(seen, *place, now, plan)) {
    const auto configuration = vmauth_configuration(seen.organization, admittance.tokens, paths);
    write_secret(seen, *place, {{apikey::kVmauthEntry, configuration.text}}, codec, plan);
  }
  const auto vmusers = vmusers_to_keep(seen, admittance, paths);
  plan_vmusers(seen, vmusers, codec, now, plan);
  remove_vmusers(seen, vmusers, plan);
  remove_secrets(seen, places_to_keep(seen), plan);
  if (admittance.until && !wanted_places(seen.organization).empty()) plan.look_again_at(*admittance.until, now);
  return plan;
}

namespace {

std::optional<Trouble> trouble_at(const Observed& seen, const core::ObjectKey& place) {
  const std::string secret = core::describe(core::types::secrets(), place);
  if (!has_namespace(seen.organization, place.ns))
    return Trouble{
        .reason = apikey::reasons::kNamespaceNotReady,
        .message = fmt::format("the namespace {} is not the Organization's, so nothing can stand there", place.ns)};
  if (is_taken(seen, place))
    return Trouble{.reason = apikey::reasons::kForeignSecret,
                   .message = fmt::format(
                       "{} is not Guildhall's and is left as it is; remove it, or choose another place", secret)};
  for (const core::WriteFailure& failure : seen.failures) {
    if (failure.object.find(place.ns + "/") != std::string::npos)
      return Trouble{
          .reason = apikey::reasons::kWriteRefused,
          .message = fmt::format("{} cannot be written: {}{}", failure.object, failure.message, core::kTriedAgainHint)};
  }
  return std::nullopt;
}

std::optional<Trouble> trouble_of_vmusers(const Observed& seen) {
  if (!vmusers_place(seen.organization) || seen.serves_vmusers) return std::nullopt;
  return Trouble{
      .reason = apikey::reasons::kVmUsersNotServed,
      .message = "there are no VMUsers in this cluster: the VictoriaMetrics operator's CRDs are not installed"};
}

std::optional<Trouble> trouble_of_room(const Observed& seen, const gate::PathTable& paths, core::Timestamp now) {
  const auto place = vmauth_place(seen.organization);
  if (!place) return std::nullopt;
  const auto left_out = vmauth_configuration(seen.organization, admittance_of(seen, now).tokens, paths).left_out;
  if (left_out == 0) return std::nullopt;
  return Trouble{.reason = apikey::reasons::kTooManyKeys,
                 .message = fmt::format("{} has no room for {} tokens of the youngest keys",
                                        core::describe(core::types::secrets(), *place), left_out)};
}

}  // namespace

std::optional<Trouble> trouble_of(const Observed& seen, const gate::PathTable& paths, core::Timestamp now) {
  for (const core::ObjectKey& place : wanted_places(seen.organization)) {
    if (auto trouble = trouble_at(seen, place)) return trouble;
  }
  if (auto trouble = trouble_of_vmusers(seen)) return trouble;
  return trouble_of_room(seen, paths, now);
}

}  // namespace guildhall::controllers::enforcement
