#pragma once

#include <vector>

#include "operator/api/apikey.hpp"
#include "operator/kube/informer.hpp"
#include "operator/telemetry/metrics.hpp"

namespace guildhall {

/// Declares a series for each kind of write of this operator, so that "no write" can be read and the first one is an
/// increase.
void declare_writes(core::Metrics& metrics);

/// When the current token of each ApiKey expires, in seconds since 1970.
std::vector<telemetry::Sample> expiry_samples(const kube::Informer<api::ApiKey>& api_keys);

}  // namespace guildhall
