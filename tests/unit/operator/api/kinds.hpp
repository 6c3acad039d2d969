#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "crds/generator/model.hpp"
#include "operator/core/result.hpp"

namespace guildhall::api {

/// A kind under test: what its CRD says, and its generated types as a round trip.
struct TestedKind {
  crds::generator::Kind model;
  std::function<core::Result<nlohmann::json>(const nlohmann::json& object)> round_trip;  ///< parse, then to_json
  std::function<bool(const nlohmann::json& a, const nlohmann::json& b)> reads_equal;     ///< parse both, compare
};

/// All kinds, read from crds/ at the first call.
const std::vector<TestedKind>& tested_kinds();
const TestedKind& tested_kind(const std::string& name);

void PrintTo(const TestedKind& kind, std::ostream* out);

}  // namespace guildhall::api
