#pragma once

#include <filesystem>
#include <string>

namespace guildhall::tests::cluster {

// A new folder below the build tree's clusters/, named after what it is for. Throws std::runtime_error.
[[nodiscard]] std::filesystem::path own_directory(const std::string& purpose);

}  // namespace guildhall::tests::cluster
