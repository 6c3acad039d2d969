#include "controllers/organization/deployments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "controllers/organization/courses.hpp"

namespace guildhall::controllers::organization {

namespace {

/// As the CRD has it.
constexpr std::size_t kMostListed = 2048;

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

auto place_of(const DeploymentView& view) {
  return std::tie(view.key.ns, view.name, view.kind);
}

/// The one order of all that is listed; of the same place the object's own name decides.
std::vector<DeploymentView> in_order(std::vector<DeploymentView> views) {
  std::ranges::sort(views, [](const DeploymentView& a, const DeploymentView& b) {
    return std::tuple(place_of(a), a.key.name) < std::tuple(place_of(b), b.key.name);
  });
  return views;
}

/// The namespaces that the spec names and that are ours.
std::vector<NamespaceCourse> own_namespaces(const Observed& seen) {
  std::vector<NamespaceCourse> own = courses(seen);
  std::erase_if(own,
                [](const NamespaceCourse& ns) { return ns.course != Course::Keep && ns.course != Course::Repair; });
  return own;
}

bool runs_in(const std::vector<NamespaceCourse>& own, const DeploymentView& view) {
  const auto found = std::ranges::find(own, view.key.ns, &NamespaceCourse::name);
  return found != own.end() && (!found->is_home || view.kind == DeploymentKind::Service);
}

bool is_same_place(const api::OrganizationDeployment& listed, const DeploymentView& view) {
  return std::tie(listed.ns, listed.name, listed.kind) == place_of(view);
}

std::string why_left_out(const Deployments& so_far, const DeploymentView& view) {
  if (!view.flaw.empty()) return view.flaw;
  if (!so_far.listed.empty() && is_same_place(so_far.listed.back(), view))
    return fmt::format("another Service in {} is the deployment {} already", view.key.ns, view.name);
  return so_far.listed.size() == kMostListed ? fmt::format("there are more than {}", kMostListed) : "";
}

DeploymentView as_view(const api::OrganizationDeployment& listed) {
  return {.key = {listed.ns, listed.name},
          .kind = listed.kind,
          .name = listed.name,
          .product = listed.product,
          .url = listed.url.value_or(""),
          .write_url = listed.write_url.value_or(""),
          .labels = {},
          .flaw = {}};
}

/// What the status says of kinds that could not be read: a failed read removes nothing.
void keep_unread(const Observed& seen, std::vector<DeploymentView>& views) {
  for (const DeploymentKind kind : seen.unread_kinds)
    std::erase_if(views, [kind](const DeploymentView& view) { return view.kind == kind; });
  for (const auto& listed : seen.organization.status.deployments) {
    if (std::ranges::find(seen.unread_kinds, listed.kind) != seen.unread_kinds.end()) views.push_back(as_view(listed));
  }
}

}  // namespace

Deployments deployments_of(const Observed& seen) {
  Deployments result;
  std::vector<DeploymentView> views = seen.deployments;
  keep_unread(seen, views);
  const auto own = own_namespaces(seen);
  for (const DeploymentView& view : in_order(std::move(views))) {
    if (!runs_in(own, view)) continue;
    if (const std::string why = why_left_out(result, view); !why.empty()) {
      result.left_out.push_back(fmt::format("{}: {}", describe(view), why));
      continue;
    }
    result.listed.push_back({.name = view.name,
                             .ns = view.key.ns,
                             .kind = view.kind,
                             .product = view.product,
                             .url = unless_empty(view.url),
                             .write_url = unless_empty(view.write_url),
                             .unknown = {}});
  }
  return result;
}

}  // namespace guildhall::controllers::organization
