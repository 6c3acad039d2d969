#pragma once

#include <string>

#include "crds/generator/model.hpp"

namespace guildhall::crds::generator {

/// The header of a kind's C++ types, laid out as clang-format would.
std::string cpp_header(const Kind& kind);

/// "apikey": what the kind's files are called.
std::string file_stem(const Kind& kind);

}  // namespace guildhall::crds::generator
