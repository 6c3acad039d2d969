#include "controllers/organization/founding.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controllers/organization/courses.hpp"
#include "controllers/organization/reasons.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::organization {

namespace {

const SeenMember* find_founder(const Observed& seen) {
  const auto found = std::ranges::find(seen.members, seen.signup->member, &SeenMember::name);
  return found == seen.members.end() ? nullptr : &*found;
}

core::Apply make_member(const Observed& seen) {
  const SignupRecord& signup = *seen.signup;
  const core::ObjectKey key{home_namespace(seen.organization), signup.member};
  nlohmann::json object = core::object_head(api::member_type(), key);
  object["metadata"]["annotations"] = {{kFounderOfAnnotation, seen.organization.metadata.uid}};
  object["spec"] = {{"email", signup.email}, {"role", "Admin"}};
  return {.type = api::member_type(), .key = key, .object = std::move(object), .resource_version = core::kOnlyIfAbsent};
}

core::Apply note_founder(const Observed& seen, const SeenMember& founder) {
  const core::ObjectMeta& meta = seen.organization.metadata;
  return {.type = api::organization_type(),
          .key = meta.key(),
          .object = {{"metadata", {{"annotations", {{kEnrolledByAnnotation, founder.uid}}}}}},
          .resource_version = meta.resource_version,
          .mode = core::WriteMode::MergePatch};
}

}  // namespace

void plan_founder(const Observed& seen, Draft& draft) {
  if (!seen.signup || !holds_home(seen)) return;
  if (is_paused(seen.organization))
    return draft.hinder(reasons::kPaused,
                        fmt::format("Member {} is not made, as guildhall.dev/paused is set", seen.signup->member),
                        false);
  const SeenMember* founder = find_founder(seen);
  draft.hinder(reasons::kFounding, fmt::format("Member {} is being made for who signed up", seen.signup->member),
               false);
  draft.plan.apply.push_back(founder == nullptr ? make_member(seen) : note_founder(seen, *founder));
}

}  // namespace guildhall::controllers::organization
