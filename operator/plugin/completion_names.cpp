#include "operator/plugin/completion_names.hpp"

#include <nlohmann/json.hpp>

#include "operator/api/member.hpp"
#include "operator/kube/kubeconfig_names.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/member_view.hpp"
#include "operator/plugin/session.hpp"

namespace guildhall::plugin {

namespace {

using Words = std::vector<std::string>;

/// A shell waits for it, and nothing is worth more than a moment.
constexpr std::chrono::seconds kLongestCompletion{3};

kube::KubeconfigNames kubeconfig_names(const Words& words) {
  return kube::names_in(kube::find_kubeconfigs(config_request(connection_of(words))));
}

/// Of the cluster; of Members those in the namespace that is meant.
Words names_of(const core::ResourceType& type, const Words& words) {
  Connection connection = connection_of(words);
  connection.request_timeout = kLongestCompletion;
  const auto session = Session::open(connection);
  Words names;
  if (!session) return names;
  const auto objects = (*session)->list(type, type.namespaced ? (*session)->ns() : "");
  if (!objects) return names;
  for (const auto& object : *objects)
    names.push_back(text_at(object, "/metadata/name"));
  return names;
}

/// Members of an organization may list no namespaces: their kubeconfig says where they work.
Words namespaces(const Words& words) {
  Words names = names_of(core::types::namespaces(), words);
  const auto known = kubeconfig_names(words).namespaces;
  names.insert(names.end(), known.begin(), known.end());
  return names;
}

}  // namespace

NameSources make_name_sources() {
  return {.members = [](const Words& words) { return names_of(api::member_type(), words); },
          .namespaces = namespaces,
          .contexts = [](const Words& words) { return kubeconfig_names(words).contexts; },
          .clusters = [](const Words& words) { return kubeconfig_names(words).clusters; },
          .users = [](const Words& words) { return kubeconfig_names(words).users; }};
}

}  // namespace guildhall::plugin
