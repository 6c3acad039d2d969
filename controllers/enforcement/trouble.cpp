#include "controllers/enforcement/trouble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "controllers/apikey/reasons.hpp"
#include "controllers/enforcement/admittance.hpp"
#include "controllers/enforcement/vmauth_config.hpp"
#include "controllers/enforcement/vmusers.hpp"
#include "controllers/organization/observed.hpp"
#include "operator/core/resource_type.hpp"

namespace guildhall::controllers::enforcement {

namespace {

/// Whether it is not there, or not all that is admitted stands there.
bool lacks_tokens(const Observed& seen, const core::ObjectKey& place, const std::vector<AdmittedToken>& admitted) {
  const apikey::VmauthView* const standing = find(seen.secrets, place);
  return standing == nullptr || std::ranges::any_of(admitted, [&](const AdmittedToken& one) {
           return !one.opens.empty() && !standing->lets_in(one.hash);
         });
}

/// What is wanted, and of whom it is known by now that it does not stand yet.
struct Wanted {
  std::vector<AdmittedToken> admitted;
  VmauthConfiguration configuration;  ///< where one is asked for
  std::vector<WantedVmUser> vmusers;  ///< likewise
  std::set<std::string> behind;
};

void find_behind_in_configuration(const Observed& seen, const core::ObjectKey& place, const core::Codec& codec,
                                  Wanted& wanted) {
  const apikey::VmauthView* const standing = find(seen.secrets, place);
  if (standing == nullptr) return;
  for (const auto& [key, opening] : apikey::openings_in(wanted.configuration.text, codec)) {
    const auto found = standing->openings.find(key);
    if (found != standing->openings.end() && found->second != opening) wanted.behind.insert(key);
  }
}

void find_behind_in_vmusers(const Observed& seen, Wanted& wanted) {
  std::map<std::string, std::string> keys;
  for (const AdmittedToken& token : wanted.admitted)
    keys[token.hash] = token.key;
  for (const WantedVmUser& one : wanted.vmusers) {
    const apikey::VmUserView* const standing = find(seen.vmusers, one.key);
    if (standing != nullptr && !is_up_to_date(*standing, one)) wanted.behind.insert(keys.at(one.hash));
  }
}

Wanted wanted_of(const Observed& seen, const gate::PathTable& paths, const core::Codec& codec, core::Timestamp now) {
  Wanted wanted{.admitted = admittance_of(seen, now).tokens, .configuration = {}, .vmusers = {}, .behind = {}};
  if (const auto place = vmauth_place(seen.organization)) {
    wanted.configuration = vmauth_configuration(seen.organization, wanted.admitted, paths);
    find_behind_in_configuration(seen, *place, codec, wanted);
  }
  if (const auto place = vmusers_place(seen.organization)) {
    wanted.vmusers = wanted_vmusers(seen.organization, place->ns, wanted.admitted, paths);
    find_behind_in_vmusers(seen, wanted);
  }
  return wanted;
}

std::optional<Trouble> trouble_at(const Observed& seen, const core::ObjectKey& place, const Wanted& wanted) {
  const std::string secret = core::describe(core::types::secrets(), place);
  if (!has_namespace(seen.organization, place.ns))
    return Trouble{
        .reason = apikey::reasons::kNamespaceNotReady,
        .message = fmt::format("the namespace {} is not the Organization's, so nothing can stand there", place.ns)};
  if (!editors_are_out(seen.organization) && lacks_tokens(seen, place, wanted.admitted))
    return Trouble{.reason = apikey::reasons::kRolesNotBound,
                   .message = fmt::format(
                       "Editors may still read Secrets in {}, so no token is written there before the Organization's "
                       "RolesBound is True for its present spec",
                       place.ns)};
  if (is_taken(seen, place))
    return Trouble{.reason = apikey::reasons::kForeignSecret,
                   .message = fmt::format(
                       "{} holds something else and is left as it is; remove it, or choose another place", secret)};
  const bool waits = lacks_tokens(seen, place, wanted.admitted) || !wanted.behind.empty();
  if (organization::is_paused(seen.organization) && waits)
    return Trouble{
        .reason = apikey::reasons::kPaused,
        .message = fmt::format("{} is to be written, but guildhall.dev/paused is set on the Organization", secret)};
  return std::nullopt;
}

/// Also where nothing is wanted any more: what stands there may let in all the same.
std::optional<Trouble> trouble_of_writes(const Observed& seen) {
  if (seen.failures.empty()) return std::nullopt;
  const core::WriteFailure& failure = seen.failures.front();
  return Trouble{
      .reason = apikey::reasons::kWriteRefused,
      .message = fmt::format("{} cannot be written: {}{}", failure.object, failure.message, core::kTriedAgainHint)};
}

std::optional<Trouble> trouble_of_vmusers(const Observed& seen, const std::vector<WantedVmUser>& wanted) {
  if (!vmusers_place(seen.organization)) return std::nullopt;
  if (!seen.serves_vmusers)
    return Trouble{
        .reason = apikey::reasons::kVmUsersNotServed,
        .message = "there are no VMUsers in this cluster: the VictoriaMetrics operator's CRDs are not installed"};
  for (const WantedVmUser& one : wanted) {
    const apikey::VmUserView* const standing = find(seen.vmusers, one.key);
    if (standing != nullptr && !is_ours(seen, *standing))
      return Trouble{.reason = apikey::reasons::kForeignVmUser,
                     .message = fmt::format("{} is somebody else's and is left as it is; remove it",
                                            core::describe(apikey::vmuser_type(), one.key))};
  }
  return std::nullopt;
}

std::optional<Trouble> trouble_of_room(const Observed& seen, std::size_t left_out) {
  const auto place = vmauth_place(seen.organization);
  if (!place || left_out == 0) return std::nullopt;
  return Trouble{.reason = apikey::reasons::kTooManyKeys,
                 .message = fmt::format("{} has no room for {} tokens of the youngest keys",
                                        core::describe(core::types::secrets(), *place), left_out)};
}

std::optional<Trouble> first_trouble(const Observed& seen, const Wanted& wanted) {
  for (const core::ObjectKey& place : wanted_places(seen.organization)) {
    if (auto trouble = trouble_at(seen, place, wanted)) return trouble;
  }
  if (auto trouble = trouble_of_writes(seen)) return trouble;
  if (auto trouble = trouble_of_vmusers(seen, wanted.vmusers)) return trouble;
  return trouble_of_room(seen, wanted.configuration.left_out);
}

}  // namespace

std::optional<Trouble> trouble_of(const Observed& seen, const gate::PathTable& paths, const core::Codec& codec,
                                  core::Timestamp now) {
  Wanted wanted = wanted_of(seen, paths, codec, now);
  auto trouble = first_trouble(seen, wanted);
  if (trouble) trouble->behind = std::move(wanted.behind);
  return trouble;
}

}  // namespace guildhall::controllers::enforcement
