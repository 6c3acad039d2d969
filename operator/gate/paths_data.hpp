#pragma once

#include <string_view>

namespace guildhall::gate {

/// The text of paths.json, from which CMake makes the source.
extern const std::string_view kPathsData;

}  // namespace guildhall::gate
