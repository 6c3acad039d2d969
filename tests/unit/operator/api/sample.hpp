#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "crds/generator/model.hpp"

namespace guildhall::api {

/// What decides about a sample: a number below `limit`. Always 0 makes the plainest one.
using Choice = std::function<std::size_t(std::size_t limit)>;

/// A whole object of the kind: every field of the CRD set, at least one entry in every list and map.
nlohmann::json full_sample(const crds::generator::Kind& kind);
/// An object of the kind with all that is required, the rest as `choice` has it, and unknown fields here and there.
nlohmann::json random_sample(const crds::generator::Kind& kind, const Choice& choice);

/// A field, an entry or the spec itself, as it stands in a full sample.
struct Spot {
  nlohmann::json::json_pointer pointer;
  std::string path;  ///< as errors name it
  crds::generator::Type type;
  crds::generator::Presence presence = crds::generator::Presence::Optional;
  bool is_field = true;  ///< false: an entry of a list or map
};

/// Every spot of a full sample. Those within a condition are not told apart: a condition is one value.
std::vector<Spot> spots_in(const crds::generator::Kind& kind, const nlohmann::json& sample);

}  // namespace guildhall::api
