#pragma once

#include "operator/http/server.hpp"
#include "operator/records/surroundings.hpp"

namespace guildhall::records {

/// Serves the aggregated API records.guildhall.dev/v1alpha1: 401 for whoever did not come through the API server, then
/// an access review for each request for a resource. Discovery and OpenAPI are for every authenticated caller, as the
/// API server has asked about those paths itself; /healthz, /livez and /readyz are for all.
http::Handler make_routes(Surroundings surroundings);

}  // namespace guildhall::records
