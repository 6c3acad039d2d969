#include "controllers/enforcement/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "controllers/apikey/secret_object.hpp"
#include "controllers/apikey/vmauth_text.hpp"
#include "controllers/enforcement/admittance.hpp"
#include "controllers/enforcement/vmauth_config.hpp"
#include "controllers/enforcement/vmusers.hpp"
#include "controllers/organization/claim.hpp"
#include "controllers/organization/observed.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::enforcement {

namespace {

using apikey::VmauthView;
using apikey::VmUserView;

constexpr std::chrono::minutes kForeignInterval{1};
/// A revocation waits while a plan is carried out, so that one of hundreds of VMUsers is made of several.
constexpr std::size_t kWritesAtOnce = 50;
constexpr std::chrono::seconds kRestInterval{1};

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
  const bool is_to_be_owned = !is_configuration(standing);
  return owns(seen, standing) && standing.has_owner_reference == is_to_be_owned && standing.is_labelled &&
         standing.shape == shape;
}

nlohmann::json nothing_at(const std::vector<std::string>& entries) {
  nlohmann::json data = nlohmann::json::object();
  for (const std::string& entry : entries)
    data[entry] = nullptr;
  return data;
}

core::Apply patch_of(const VmauthView& view, nlohmann::json metadata, nlohmann::json data) {
  return {.type = core::types::secrets(),
          .key = view.key,
          .object = {{"metadata", std::move(metadata)}, {"data", std::move(data)}},
          .resource_version = view.resource_version,
          .mode = core::WriteMode::MergePatch};
}

/// Whether others have given it what an apply would not take away.
bool has_additions(const Observed& seen, const VmauthView& standing) {
  const bool has_other_owner = standing.has_owner_reference && (is_configuration(standing) || !owns(seen, standing));
  return has_other_owner || !standing.other_entries.empty();
}

nlohmann::json head_of(const Observed& seen, const core::ObjectKey& place) {
  const core::ObjectMeta& owner = seen.organization.metadata;
  if (place == vmusers_place(seen.organization))
    return core::generated_head(core::types::secrets(), place, api::organization_type(), owner);
  // Without an owner reference: the garbage collector would take it away before a kubelet has brought an empty one.
  nlohmann::json head = core::object_head(core::types::secrets(), place);
  head["metadata"]["labels"] = {{core::kManagedByLabel, core::kManagedByValue},
                                {organization::kOrganizationLabel, owner.name}};
  head["metadata"]["annotations"] = {{organization::kOrganizationUidAnnotation, owner.uid}};
  return head;
}

void write_secret(const Observed& seen, const core::ObjectKey& place, const Entries& entries, const core::Codec& codec,
                  core::Plan& plan) {
  const VmauthView* const standing = find(seen.secrets, place);
  if (standing != nullptr && is_as_wanted(seen, *standing, shape_of(entries, codec))) return;
  if (standing != nullptr && !standing->is_immutable && has_additions(seen, *standing)) {
    plan.apply.push_back(patch_of(*standing, {{"ownerReferences", nullptr}}, nothing_at(standing->other_entries)));
    return;  // the next look goes on
  }
  nlohmann::json secret = head_of(seen, place);
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
  if (find(seen.secrets, place) == nullptr && !editors_are_out(seen.organization)) return false;
  if (!is_taken(seen, place)) return true;
  // No watch shows when a Secret of another type goes.
  plan.look_again_at(now + kForeignInterval, now);
  return false;
}

void write_vmuser(const Observed& seen, const WantedVmUser& wanted, core::Plan& plan) {
  const VmUserView* const standing = find(seen.vmusers, wanted.key);
  if (standing != nullptr && opens_more(*standing)) return;
  if (standing != nullptr && (!is_ours(seen, *standing) || standing->deleting)) return;
  if (standing != nullptr && owns(seen, *standing) && is_up_to_date(*standing, wanted)) return;
  plan.apply.push_back({.type = apikey::vmuser_type(),
                        .key = wanted.key,
                        .object = wanted.object,
                        .resource_version = standing == nullptr ? core::kOnlyIfAbsent : standing->resource_version});
}

core::Remove removal_of(const VmauthView& view) {
  return {.type = core::types::secrets(), .key = view.key, .uid = view.uid, .resource_version = ""};
}

/// Before VMUsers, of which there may be many; after what is wanted, which others cannot make fail.
void add_before_vmusers(core::Apply apply, core::Plan& plan) {
  const auto first =
      std::ranges::find_if(plan.apply, [](const core::Apply& one) { return one.type != core::types::secrets(); });
  plan.apply.insert(first, std::move(apply));
}

/// Before VMUsers, as the tokens are what matters. What is in deletion waits for somebody's finalizer, so what stands
/// there meanwhile is taken out.
void remove(const VmauthView& view, core::Plan& plan) {
  if (!view.deleting) {
    plan.remove.insert(plan.remove.begin(), removal_of(view));
    return;
  }
  if (view.is_immutable || !holds_tokens(view)) return;
  add_before_vmusers(patch_of(view, {{"annotations", {{apikey::kShapeAnnotation, nullptr}}}}, nullptr), plan);
}

/// The Secret beside VMUsers, where there are to be none.
void remove_secrets(const Observed& seen, core::Plan& plan) {
  const auto place = vmusers_place(seen.organization);
  // Of an Organization that goes it is emptied, while it can be written, and the garbage collector takes it.
  const bool can_stand =
      place && (!seen.organization.metadata.is_deleting() || has_namespace(seen.organization, place->ns));
  for (const VmauthView& view : seen.secrets) {
    const bool is_wanted = can_stand && view.key == *place;
    if (are_our_tokens(seen.organization, view) && !is_wanted) remove(view, plan);
  }
}

/// A vmauth whose file vanishes keeps what it has, so what lets nobody in any more stays, and is nobody's from then on.
/// A patch, as it takes our marks away whoever wrote them.
void let_go_of(const VmauthView& view, const core::Codec& codec, core::Plan& plan) {
  if (is_let_go(view)) return;
  if (view.is_immutable) return remove(view, plan);
  nlohmann::json data = {{apikey::kVmauthEntry, codec.to_base64(apikey::kLetGoConfiguration)}};
  data.update(nothing_at(view.other_entries));
  add_before_vmusers(
      patch_of(
          view,
          {{"ownerReferences", nullptr},
           {"labels", {{core::kManagedByLabel, nullptr}, {organization::kOrganizationLabel, nullptr}}},
           {"annotations", {{organization::kOrganizationUidAnnotation, nullptr}, {apikey::kShapeAnnotation, nullptr}}}},
          std::move(data)),
      plan);
}

/// Of all configurations but the one that is wanted.
void let_go_of_others(const Observed& seen, const core::Codec& codec, core::Plan& plan) {
  const api::Organization& one = seen.organization;
  const auto place = vmauth_place(one);
  const bool can_stand = place && has_namespace(one, place->ns) && !one.metadata.is_deleting();
  for (const VmauthView& view : seen.secrets) {
    const bool is_wanted = can_stand && view.key == *place;
    if (is_our_configuration(one, view) && !is_wanted) let_go_of(view, codec, plan);
  }
}

void remove_vmusers(const Observed& seen, const std::vector<WantedVmUser>& wanted, core::Plan& plan) {
  for (const VmUserView& view : seen.vmusers) {
    const bool is_wanted = std::ranges::find(wanted, view.key, &WantedVmUser::key) != wanted.end();
    if (is_ours(seen, view) && !view.deleting && (!is_wanted || opens_more(view)))
      plan.remove.push_back({.type = apikey::vmuser_type(), .key = view.key, .uid = view.uid, .resource_version = ""});
  }
}

/// Those that are to stand; none where none can.
std::vector<WantedVmUser> vmusers_to_keep(const Observed& seen, const Admittance& admittance,
                                          const gate::PathTable& paths) {
  const auto place = vmusers_place(seen.organization);
  const bool can_stand = place && has_namespace(seen.organization, place->ns) && !is_taken(seen, *place);
  if (!can_stand) return {};
  return wanted_vmusers(seen.organization, place->ns, tokens_at(seen, *place, admittance.tokens), paths);
}

void plan_vmusers(const Observed& seen, const std::vector<WantedVmUser>& wanted, const core::Codec& codec,
                  core::Timestamp now, core::Plan& plan) {
  const auto place = vmusers_place(seen.organization);
  if (!place || !is_free(seen, *place, now, plan)) return;
  // Without their kind there is nothing to begin with; what stands is still kept from what is not accepted any more.
  if (!seen.serves_vmusers && find(seen.secrets, *place) == nullptr) return;
  Entries entries;
  for (const WantedVmUser& one : wanted)
    entries[one.entry] = apikey::placeholder(one.hash);
  // What they refer to stands before they do.
  write_secret(seen, *place, entries, codec, plan);
  for (const WantedVmUser& one : wanted) {
    if (seen.serves_vmusers) write_vmuser(seen, one, plan);
  }
}

/// Of VMUsers: Secrets are few, and what matters.
bool was_refused(const Observed& seen, const auto& write) {
  return write.type != core::types::secrets() && std::ranges::find(seen.failures, core::describe(write.type, write.key),
                                                                   &core::WriteFailure::object) != seen.failures.end();
}

/// The first of them, which are Secrets, but what was refused last. True: others are left for another time.
bool keep_some(const Observed& seen, auto& writes) {
  if (writes.size() <= kWritesAtOnce) return false;
  const auto is_refused = [&](const auto& write) { return was_refused(seen, write); };
  auto refused = writes;
  std::erase_if(writes, is_refused);
  std::erase_if(refused, std::not_fn(is_refused));
  const bool is_more = writes.size() > kWritesAtOnce;
  writes.insert(writes.end(), std::make_move_iterator(refused.begin()), std::make_move_iterator(refused.end()));
  writes.resize(kWritesAtOnce);
  return is_more;
}

/// Each of the two by itself: what cannot be written keeps nothing from being removed. What is refused has its own
/// pauses.
void write_some_at_once(const Observed& seen, core::Timestamp now, core::Plan& plan) {
  const bool more_to_apply = keep_some(seen, plan.apply);
  const bool more_to_remove = keep_some(seen, plan.remove);
  if (more_to_apply || more_to_remove) plan.look_again_at(now + kRestInterval, now);
}

/// Whether what is to be written ends what a token that stands there opens.
bool takes_away(const VmauthView* standing, const core::Apply& apply) {
  if (standing == nullptr || apply.type != core::types::secrets()) return false;
  if (standing->is_edited() || apply.mode == core::WriteMode::MergePatch) return true;
  const std::string text = apply.object["stringData"].dump();
  return !std::ranges::all_of(standing->hashes, [&](const std::string& hash) {
    return text.find(apikey::placeholder(hash)) != std::string::npos;
  });
}

/// For an Organization that is paused: only what takes access away is written.
void hold_back(const Observed& seen, core::Plan& plan) {
  std::erase_if(plan.apply,
                [&](const core::Apply& apply) { return !takes_away(find(seen.secrets, apply.key), apply); });
}

/// Whether an apply does not make it what it should be: entries of others may stand in that beside VMUsers, where each
/// token has one; of a configuration they are known by their names.
bool withstands(const VmauthView& standing) {
  return standing.is_immutable || (!is_configuration(standing) && standing.is_edited());
}

/// What an apply would not take away goes with the whole: it is made anew.
void make_anew(const Observed& seen, core::Plan& plan) {
  std::vector<const VmauthView*> withstanding;
  std::erase_if(plan.apply, [&](const core::Apply& apply) {
    const VmauthView* const standing = apply.holds_secret ? find(seen.secrets, apply.key) : nullptr;
    if (standing == nullptr || !withstands(*standing)) return false;
    withstanding.push_back(standing);
    return true;
  });
  for (const VmauthView* view : withstanding)
    remove(*view, plan);
}

}  // namespace

core::Plan plan(const Observed& seen, const gate::PathTable& paths, const core::Codec& codec, core::Timestamp now) {
  core::Plan plan;
  const Admittance admittance = admittance_of(seen, now);
  const auto place = vmauth_place(seen.organization);
  if (place && !seen.organization.metadata.is_deleting() && is_free(seen, *place, now, plan)) {
    const auto configuration =
        vmauth_configuration(seen.organization, tokens_at(seen, *place, admittance.tokens), paths);
    write_secret(seen, *place, {{apikey::kVmauthEntry, configuration.text}}, codec, plan);
  }
  const auto vmusers = vmusers_to_keep(seen, admittance, paths);
  plan_vmusers(seen, vmusers, codec, now, plan);
  remove_vmusers(seen, vmusers, plan);
  remove_secrets(seen, plan);
  if (organization::is_paused(seen.organization)) hold_back(seen, plan);
  make_anew(seen, plan);
  let_go_of_others(seen, codec, plan);
  write_some_at_once(seen, now, plan);
  if (admittance.until && !wanted_places(seen.organization).empty()) plan.look_again_at(*admittance.until, now);
  return plan;
}

core::Plan plan_for_gone(const std::vector<VmauthView>& left, const core::Codec& codec) {
  core::Plan plan;
  for (const VmauthView& view : left)
    let_go_of(view, codec, plan);
  return plan;
}

}  // namespace guildhall::controllers::enforcement
