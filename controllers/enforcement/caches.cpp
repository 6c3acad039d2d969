#include "controllers/enforcement/caches.hpp"

namespace guildhall::controllers::enforcement {

namespace {

template <class View>
std::vector<std::string> owner_of(const View& view) {
  return view.organization.empty() ? std::vector<std::string>{} : std::vector<std::string>{view.organization};
}

template <class View>
std::vector<std::string> namespace_of(const View& view) {
  return {view.key.ns};
}

}  // namespace

void add_indexes(kube::Informer<apikey::VmauthView>& vmauth, kube::Informer<apikey::VmUserView>& vmusers) {
  vmauth.add_index(kByOwner, owner_of<apikey::VmauthView>);
  vmusers.add_index(kByOwner, owner_of<apikey::VmUserView>);
  vmauth.add_index(kByNamespace, namespace_of<apikey::VmauthView>);
  vmusers.add_index(kByNamespace, namespace_of<apikey::VmUserView>);
}

bool serves_vmusers(const Caches& caches) {
  const core::ResourceType& type = apikey::vmuser_type();
  return caches.definitions.get({"", type.plural + "." + type.group}) != nullptr;
}

}  // namespace guildhall::controllers::enforcement
