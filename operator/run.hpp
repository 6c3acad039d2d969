#pragma once

#include "operator/options.hpp"

namespace guildhall {

/// `guildhall-operator run`: reconciles until SIGTERM or SIGINT (returns 0), or until the Lease is lost or the set-up
/// fails (returns 1).
int run(const RunOptions& options);

/// `guildhall-operator gate`: answers proxies until SIGTERM or SIGINT (returns 0), or until the set-up fails (returns
/// 1).
int run(const GateOptions& options);

}  // namespace guildhall
