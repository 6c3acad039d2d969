#pragma once

#include <string>

#include "crds/generator/model.hpp"

namespace guildhall::crds::generator {

/// The JSON conversion of a kind's C++ types, on top of operator/api's reader and writer.
std::string cpp_source(const Kind& kind);

}  // namespace guildhall::crds::generator
