#pragma once

#include "operator/options.hpp"

namespace guildhall {

/// `guildhall-operator run`: reconciles until SIGTERM or SIGINT (returns 0), or until the Lease is lost or the set-up
/// fails (returns 1).
int run(const RunOptions& options);

}  // namespace guildhall
