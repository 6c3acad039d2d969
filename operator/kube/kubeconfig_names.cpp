#include "operator/kube/kubeconfig_names.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace guildhall::kube {

namespace {

void add_name(const YAML::Node& name, std::vector<std::string>& to) {
  if (!name || !name.IsScalar() || name.Scalar().empty()) return;
  if (std::ranges::find(to, name.Scalar()) == to.end()) to.push_back(name.Scalar());
}

std::vector<YAML::Node> entries(const YAML::Node& root, const char* field) {
  std::vector<YAML::Node> found;
  const YAML::Node list = root[field];
  if (!list || !list.IsSequence()) return found;
  for (const YAML::Node& entry : list)
    if (entry.IsMap()) found.push_back(entry);
  return found;
}

void add_names(const YAML::Node& root, KubeconfigNames& names) {
  if (!root.IsMap()) return;
  for (const YAML::Node& entry : entries(root, "clusters"))
    add_name(entry["name"], names.clusters);
  for (const YAML::Node& entry : entries(root, "users"))
    add_name(entry["name"], names.users);
  for (const YAML::Node& entry : entries(root, "contexts")) {
    add_name(entry["name"], names.contexts);
    if (entry["context"] && entry["context"].IsMap()) add_name(entry["context"]["namespace"], names.namespaces);
  }
}

}  // namespace

KubeconfigNames names_in(const std::vector<KubeconfigText>& files) {
  KubeconfigNames names;
  for (const auto& file : files) {
    try {
      add_names(YAML::Load(file.yaml), names);
    } catch (const YAML::Exception&) {
      continue;  // no YAML
    }
  }
  return names;
}

}  // namespace guildhall::kube
