#include "tests/unit/controllers/organization/staffed_world.hpp"

#include <array>

namespace guildhall::controllers::organization {

World staffed() {
  World world;
  for (const char* name : {"acme", "prod", "closed"})
    world.put_namespace(name);
  world.edit({{"namespaces", {"prod", "closed"}}, {"adminOnlyNamespaces", {"closed"}}});
  world.put_member("ada", api::MemberRole::Admin);
  world.put_member("jane", api::MemberRole::Editor);
  world.put_member("grace", api::MemberRole::Viewer);
  world.settle();
  return world;
}

std::string roles(const World& world) {
  const auto place = [&](const std::string& ns, const std::array<const char*, 3>& names) {
    return world.bound(ns, names[0]) + " / " + world.bound(ns, names[1]) + " / " + world.bound(ns, names[2]);
  };
  return "acme: " + place("acme", {kHomeAdmin, kHomeEditor, kHomeViewer}) +
         "; prod: " + place("prod", {kProdAdmin, kProdEditor, kProdViewer}) +
         "; closed: " + place("closed", {kProdAdmin, kProdEditor, kProdViewer}) +
         "; cluster: " + world.bound("", kAdmin) + " / " + world.bound("", kMember);
}

}  // namespace guildhall::controllers::organization
