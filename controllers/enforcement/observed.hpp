#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controllers/apikey/vmauth_view.hpp"
#include "controllers/apikey/vmuser_view.hpp"
#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"
#include "operator/api/organization.hpp"
#include "operator/core/plan.hpp"

namespace guildhall::controllers::enforcement {

/// An ApiKey of the Organization, and the Member that it names as owner.
struct SeenKey {
  std::shared_ptr<const api::ApiKey> key;
  std::shared_ptr<const api::Member> owner;  ///< null: none is named, or there is none
};

/// All that a plan for one Organization depends on. Lists are in no particular order.
struct Observed {
  api::Organization organization;
  std::vector<SeenKey> keys;                ///< of the home; none where nothing is asked for
  std::vector<apikey::VmauthView> secrets;  ///< of our type: that it owns, and those of its namespaces
  std::vector<core::ObjectKey> foreign;     ///< those of these places at which a Secret of another type stands
  bool serves_vmusers = false;              ///< the CRD of VMUsers is there
  std::vector<apikey::VmUserView> vmusers;  ///< that it owns, and all others of its namespaces
  std::vector<core::WriteFailure> failures;
};

/// Where the configuration of vmauth is to stand; unset: nowhere.
std::optional<core::ObjectKey> vmauth_place(const api::Organization& organization);
/// Where the Secret beside the VMUsers is to stand; unset: nowhere.
std::optional<core::ObjectKey> vmusers_place(const api::Organization& organization);
/// Both, as far as they are asked for.
std::vector<core::ObjectKey> wanted_places(const api::Organization& organization);
/// Whether it owns that Secret or VMUser.
bool owns(const Observed& seen, const apikey::OwnedView& view);
/// Whether it owns the VMUser, or nobody does and it is one of ours by its marks, as a restore leaves it, in a
/// namespace of the Organization: what it lets in is to go all the same.
bool is_ours(const Observed& seen, const apikey::VmUserView& view);
/// Whether the Secret is a configuration of vmauth, and not the one beside VMUsers.
bool is_configuration(const apikey::VmauthView& view);
/// Whether it is a configuration that the Organization is to look after: all in its namespaces, whatever they say, and
/// those that bear its name elsewhere.
bool is_our_configuration(const api::Organization& organization, const apikey::VmauthView& view);
/// Whether it lets nobody in, to the letter, and is nobody's.
bool is_let_go(const apikey::VmauthView& view);
/// Whether tokens stand there, or may: what is written in another form may hold some that are not seen.
bool holds_tokens(const apikey::VmauthView& view);
/// Whether it is a Secret beside VMUsers that the Organization is to look after, likewise.
bool are_our_tokens(const api::Organization& organization, const apikey::VmauthView& view);
/// Whether a Secret of another type stands there. Those of ours are taken over, whatever they say: a restore may have
/// changed that, and there are tokens in them.
bool is_taken(const Observed& seen, const core::ObjectKey& place);
/// Whether roles and bindings are as the spec wants them, so that Editors can read no Secret where they are to have the
/// rights of Viewers. That they have fewer elsewhere, as tokens stand there, is no matter.
bool editors_are_out(const api::Organization& organization);
/// What stands there; null: nothing.
const auto* find(const auto& views, const core::ObjectKey& key) {
  const auto found = std::ranges::find_if(views, [&](const apikey::OwnedView& view) { return view.key == key; });
  return found == views.end() ? nullptr : &*found;
}
/// Whether its spec lists that namespace.
bool lists(const api::Organization& organization, const std::string& ns);
/// Whether the Organization has that namespace.
bool has_namespace(const api::Organization& organization, const std::string& ns);

}  // namespace guildhall::controllers::enforcement
