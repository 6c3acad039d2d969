#pragma once

#include "operator/http/server.hpp"
#include "operator/telemetry/health.hpp"
#include "operator/telemetry/metrics.hpp"

namespace guildhall::telemetry {

/// What the metrics port answers from. References outlive the handler.
struct Sources {
  const PrometheusMetrics& metrics;
  const HealthChecks& live;
  const HealthChecks& ready;
};

/// GET /metrics, /healthz, /readyz, /healthz/<check>, /readyz/<check>; `?verbose` lists the checks. 404 (also for a
/// check that there is not) and 405 for the rest.
http::Handler make_routes(Sources sources);

}  // namespace guildhall::telemetry
