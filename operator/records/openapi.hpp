#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace guildhall::records {

/// The OpenAPI v3 document of the group's version: what kubectl explains, validates and completes by. There is no v2
/// document: the aggregator passes over a server without one, and kubectl since 1.27 reads v3.
nlohmann::json openapi_document();

/// /openapi/v3: where the document is, by its hash, so that it can be kept for ever. Source: k8s.io/kube-openapi
/// pkg/handler3.
nlohmann::json openapi_root(const std::string& hash);
/// Where the document of that hash is.
std::string openapi_location(const std::string& hash);

}  // namespace guildhall::records
