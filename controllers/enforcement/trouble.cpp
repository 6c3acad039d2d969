#include "controllers/enforcement/trouble.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controllers/apikey/reasons.hpp"
#include "controllers/enforcement/admittance.hpp"
#include "controllers/enforcement/vmauth_config.hpp"
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

std::optional<Trouble> trouble_at(const Observed& seen, const core::ObjectKey& place,
                                  const std::vector<AdmittedToken>& admitted) {
  const std::string secret = core::describe(core::types::secrets(), place);
  if (!has_namespace(seen.organization, place.ns))
    return Trouble{
        .reason = apikey::reasons::kNamespaceNotReady,
        .message = fmt::format("the namespace {} is not the Organization's, so nothing can stand there", place.ns)};
  if (!editors_are_out(seen.organization) && lacks_tokens(seen, place, admitted))
    return Trouble{.reason = apikey::reasons::kRolesNotBound,
                   .message = fmt::format(
                       "Editors may still read Secrets in {}, so no token is written there before the Organization's "
                       "RolesBound is True for its present spec",
                       place.ns)};
  if (is_taken(seen, place))
    return Trouble{.reason = apikey::reasons::kForeignSecret,
                   .message = fmt::format(
                       "{} holds something else and is left as it is; remove it, or choose another place", secret)};
  if (organization::is_paused(seen.organization) && lacks_tokens(seen, place, admitted))
    return Trouble{
        .reason = apikey::reasons::kPaused,
        .message = fmt::format("tokens are to be written into {}, but guildhall.dev/paused is set on the Organization",
                               secret)};
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

std::optional<Trouble> trouble_of_vmusers(const Observed& seen) {
  if (!vmusers_place(seen.organization) || seen.serves_vmusers) return std::nullopt;
  return Trouble{
      .reason = apikey::reasons::kVmUsersNotServed,
      .message = "there are no VMUsers in this cluster: the VictoriaMetrics operator's CRDs are not installed"};
}

std::optional<Trouble> trouble_of_room(const Observed& seen, const gate::PathTable& paths,
                                       const std::vector<AdmittedToken>& admitted) {
  const auto place = vmauth_place(seen.organization);
  if (!place) return std::nullopt;
  const auto left_out = vmauth_configuration(seen.organization, admitted, paths).left_out;
  if (left_out == 0) return std::nullopt;
  return Trouble{.reason = apikey::reasons::kTooManyKeys,
                 .message = fmt::format("{} has no room for {} tokens of the youngest keys",
                                        core::describe(core::types::secrets(), *place), left_out)};
}

}  // namespace

std::optional<Trouble> trouble_of(const Observed& seen, const gate::PathTable& paths, core::Timestamp now) {
  const std::vector<AdmittedToken> admitted = admittance_of(seen, now).tokens;
  for (const core::ObjectKey& place : wanted_places(seen.organization)) {
    if (auto trouble = trouble_at(seen, place, admitted)) return trouble;
  }
  if (auto trouble = trouble_of_writes(seen)) return trouble;
  if (auto trouble = trouble_of_vmusers(seen)) return trouble;
  return trouble_of_room(seen, paths, admitted);
}

}  // namespace guildhall::controllers::enforcement
