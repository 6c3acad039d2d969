#pragma once

#include <yaml-cpp/yaml.h>

#include <string>

#include "crds/generator/problems.hpp"

namespace guildhall::crds::generator {

/// Refuses whatever the generator does not understand in one schema: a keyword that is not listed for its type, a key
/// that stands twice, a type or format without a C++ type. Nothing is skipped in silence.
void check_keywords(const YAML::Node& schema, const std::string& path, Problems& problems);

/// The text of a scalar under `key`, "" when there is none.
std::string text_of(const YAML::Node& node, const char* key);

}  // namespace guildhall::crds::generator
