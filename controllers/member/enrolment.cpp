#include "controllers/member/enrolment.hpp"

#include <fmt/format.h>

#include "controllers/member/reasons.hpp"
#include "controllers/organization/signup.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::controllers::member {

namespace {

/// As crds/organizations.yaml has it.
constexpr std::size_t kLongestOrganizationName = 50;

const std::string& home_of(const Observed& seen) {
  return seen.member.metadata.ns;
}

core::Apply make_organization(const Observed& seen) {
  const std::string& name = home_of(seen);
  nlohmann::json object = core::object_head(api::organization_type(), {"", name});
  object["metadata"]["annotations"] = {{organization::kEnrolledByAnnotation, seen.member.metadata.uid}};
  object["spec"] = {{"displayName", name}};
  return {.type = api::organization_type(),
          .key = {"", name},
          .object = std::move(object),
          .resource_version = core::kOnlyIfAbsent};
}

/// Why no Organization can be made here, or none that this Member makes; empty: nothing is in the way.
std::string obstacle_to(const Observed& seen) {
  const std::string& ns = home_of(seen);
  if (seen.enrolment.was_home)
    return fmt::format(
        "namespace {} was the home of an Organization before, so no Member makes one of it again; whoever holds the "
        "verb "
        "manage makes the Organization, or removes annotation guildhall.dev/was-home from the namespace",
        ns);
  if (!seen.enrolment.is_open)
    return fmt::format("no Organization has namespace {} as its home; a Member does nothing here", ns);
  if (seen.enrolment.name_is_taken)
    return fmt::format("there is an Organization {} already, whose home is another namespace", ns);
  if (ns.size() > kLongestOrganizationName)
    return fmt::format("namespace {} cannot become an Organization: its name is longer than {} characters", ns,
                       kLongestOrganizationName);
  const bool founds = seen.member.spec.role == api::MemberRole::Admin && seen.standing != Standing::Inactive &&
                      seen.standing != Standing::Duplicate;
  return founds ? std::string{}
                : fmt::format(
                      "namespace {} is not the home of an Organization yet; an active Member with role Admin "
                      "makes one (guildhall.dev/enroll)",
                      ns);
}

}  // namespace

void plan_enrolment(const Observed& seen, Draft& draft) {
  std::string obstacle = obstacle_to(seen);
  if (!obstacle.empty()) return draft.hinder(reasons::kNotAHome, std::move(obstacle), true);
  if (is_paused(seen.member))
    return draft.hinder(reasons::kPaused, "no Organization is made, as guildhall.dev/paused is set", false);
  draft.hinder(reasons::kEnrolling, fmt::format("Organization {} is being made for this Member", home_of(seen)), false);
  draft.plan.apply.push_back(make_organization(seen));
}

bool is_founder_by_itself(const Observed& seen) {
  return seen.enrolment.is_founder && seen.enrolment.made_itself;
}

}  // namespace guildhall::controllers::member
