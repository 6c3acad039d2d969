#pragma once

#include <string>
#include <vector>

#include "operator/kube/config.hpp"

namespace guildhall::kube {

/// What kubeconfigs name, for completion; each once, in the order of the files.
struct KubeconfigNames {
  std::vector<std::string> contexts;
  std::vector<std::string> clusters;
  std::vector<std::string> users;
  std::vector<std::string> namespaces;  ///< of the contexts
};

/// Pure. What cannot be read is passed over: whoever completes a line is told of it when the line is run.
KubeconfigNames names_in(const std::vector<KubeconfigText>& files);

}  // namespace guildhall::kube
