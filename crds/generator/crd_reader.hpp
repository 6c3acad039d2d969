#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "crds/generator/model.hpp"

namespace guildhall::crds::generator {

/// Reads a CustomResourceDefinition. `source` is the name of its file, for what is generated.
/// Errors: every problem, each with its path in the kind ("spec.rotation: oneOf of type object is not understood by the
/// generator").
std::expected<Kind, std::vector<std::string>> read_crd(std::string_view yaml, const std::string& source);

}  // namespace guildhall::crds::generator
