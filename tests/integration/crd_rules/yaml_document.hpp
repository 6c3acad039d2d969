// YAML as JSON.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

namespace guildhall::tests::crd_rules {

// One document, without anchors. A plain scalar that reads as null, true, false or an integer is that; every other one,
// and every quoted one, is a string. Throws std::runtime_error with the file's name.
[[nodiscard]] nlohmann::json read_yaml(const std::filesystem::path& file);

}  // namespace guildhall::tests::crd_rules
