#pragma once

#include "operator/plugin/completion.hpp"

namespace guildhall::plugin {

/// Those of the cluster and of the kubeconfig that the words mean. Asks the cluster for three seconds at most; what
/// cannot be had is not offered.
NameSources make_name_sources();

}  // namespace guildhall::plugin
