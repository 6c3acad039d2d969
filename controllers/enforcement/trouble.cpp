#include "controllers/enforcement/trouble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controllers/apikey/reasons.hpp"
#include "controllers/enforcement/admittance.hpp"
#include "controllers/enforcement/vmauth_config.hpp"
#include "controllers/enforcement/vmusers.hpp"
#include "controllers/organization/observed.hpp"
#include "operator/core/resource_type.hpp"

namespace guildhall::controllers::enforcement {

namespace {

/// Also where nothing is wanted any more: what stands there may let in all the same.
std::optional<Trouble> trouble_of_writes(const Observed& seen) {
  if (seen.failures.empty()) return std::nullopt;
  // Of many that are tried in turn always the same, and a Secret before VMUsers.
  const core::WriteFailure& failure = *std::ranges::min_element(seen.failures, {}, &core::WriteFailure::object);
  return Trouble{
      .reason = apikey::reasons::kWriteRefused,
      .message = fmt::format("{} cannot be written: {}{}", failure.object, failure.message, core::kTriedAgainHint)};
}

/// Looks for what is in the way of what is wanted. What is dear to make out is made out only where it matters.
class Diagnosis {
 public:
  Diagnosis(const Observed& seen, const gate::PathTable& paths, const core::Codec& codec, core::Timestamp now)
      : seen_(seen), paths_(paths), codec_(codec), admitted_(admittance_of(seen, now).tokens) {
    if (vmauth_place(seen.organization)) configuration_ = vmauth_configuration(seen.organization, admitted_, paths);
  }

  [[nodiscard]] std::optional<Trouble> first() const {
    for (const core::ObjectKey& place : wanted_places(seen_.organization)) {
      if (auto trouble = at(place)) return trouble;
    }
    if (auto trouble = trouble_of_writes(seen_)) return trouble;
    if (auto trouble = of_vmusers()) return trouble;
    return of_room();
  }

  /// Trouble::behind.
  [[nodiscard]] std::set<std::string> behind() const {
    std::set<std::string> keys;
    add_behind_in_configuration(keys);
    add_behind_in_vmusers(keys);
    return keys;
  }

 private:
  /// Whether it is not there, or not all that is admitted stands there.
  [[nodiscard]] bool lacks_tokens(const core::ObjectKey& place) const {
    const apikey::VmauthView* const standing = find(seen_.secrets, place);
    return standing == nullptr || std::ranges::any_of(admitted_, [&](const AdmittedToken& one) {
             return !one.opens.empty() && !standing->lets_in(one.hash);
           });
  }

  [[nodiscard]] std::optional<Trouble> at(const core::ObjectKey& place) const {
    const std::string secret = core::describe(core::types::secrets(), place);
    if (!has_namespace(seen_.organization, place.ns))
      return Trouble{
          .reason = apikey::reasons::kNamespaceNotReady,
          .message = fmt::format("the namespace {} is not the Organization's, so nothing can stand there", place.ns)};
    if (!editors_are_out(seen_.organization) && lacks_tokens(place))
      return Trouble{.reason = apikey::reasons::kRolesNotBound,
                     .message = fmt::format(
                         "Editors may still read Secrets in {}, so no token is written there before the Organization's "
                         "RolesBound is True for its present spec",
                         place.ns)};
    if (is_taken(seen_, place))
      return Trouble{.reason = apikey::reasons::kForeignSecret,
                     .message = fmt::format(
                         "{} holds something else and is left as it is; remove it, or choose another place", secret)};
    if (organization::is_paused(seen_.organization) && (lacks_tokens(place) || !behind().empty()))
      return Trouble{
          .reason = apikey::reasons::kPaused,
          .message = fmt::format("{} is to be written, but guildhall.dev/paused is set on the Organization", secret)};
    return std::nullopt;
  }

  [[nodiscard]] std::vector<WantedVmUser> vmusers() const {
    const auto place = vmusers_place(seen_.organization);
    return place ? wanted_vmusers(seen_.organization, place->ns, admitted_, paths_) : std::vector<WantedVmUser>{};
  }

  [[nodiscard]] std::optional<Trouble> of_vmusers() const {
    if (!vmusers_place(seen_.organization)) return std::nullopt;
    if (!seen_.serves_vmusers)
      return Trouble{
          .reason = apikey::reasons::kVmUsersNotServed,
          .message = "there are no VMUsers in this cluster: the VictoriaMetrics operator's CRDs are not installed"};
    const auto is_foreign = [&](const apikey::VmUserView& view) { return !is_ours(seen_, view); };
    if (std::ranges::none_of(seen_.vmusers, is_foreign)) return std::nullopt;
    for (const WantedVmUser& one : vmusers()) {
      const apikey::VmUserView* const standing = find(seen_.vmusers, one.key);
      if (standing != nullptr && is_foreign(*standing))
        return Trouble{.reason = apikey::reasons::kForeignVmUser,
                       .message = fmt::format("{} is somebody else's and is left as it is; remove it",
                                              core::describe(apikey::vmuser_type(), one.key))};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Trouble> of_room() const {
    const auto place = vmauth_place(seen_.organization);
    if (!place || configuration_.left_out == 0) return std::nullopt;
    return Trouble{.reason = apikey::reasons::kTooManyKeys,
                   .message = fmt::format("{} has no room for {} tokens of the youngest keys",
                                          core::describe(core::types::secrets(), *place), configuration_.left_out)};
  }

  void add_behind_in_configuration(std::set<std::string>& keys) const {
    const auto place = vmauth_place(seen_.organization);
    const apikey::VmauthView* const standing = place ? find(seen_.secrets, *place) : nullptr;
    if (standing == nullptr) return;
    for (const auto& [key, opening] : apikey::openings_in(configuration_.text, codec_)) {
      const auto found = standing->openings.find(key);
      if (found != standing->openings.end() && found->second != opening) keys.insert(key);
    }
  }

  void add_behind_in_vmusers(std::set<std::string>& keys) const {
    for (const WantedVmUser& one : vmusers()) {
      const apikey::VmUserView* const standing = find(seen_.vmusers, one.key);
      if (standing != nullptr && !is_up_to_date(*standing, one))
        keys.insert(one.object.at("metadata").at("annotations").at(apikey::kApiKeyAnnotation).get<std::string>());
    }
  }

  const Observed& seen_;
  const gate::PathTable& paths_;
  const core::Codec& codec_;
  std::vector<AdmittedToken> admitted_;
  VmauthConfiguration configuration_;  ///< where one is asked for
};

}  // namespace

std::optional<Trouble> trouble_of(const Observed& seen, const gate::PathTable& paths, const core::Codec& codec,
                                  core::Timestamp now) {
  const Diagnosis diagnosis(seen, paths, codec, now);
  auto trouble = diagnosis.first();
  if (trouble) trouble->behind = diagnosis.behind();
  return trouble;
}

}  // namespace guildhall::controllers::enforcement
