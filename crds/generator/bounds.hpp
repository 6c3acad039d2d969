#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

namespace guildhall::crds::generator {

/// What a schema allows, in plain words: "1 to 64 characters", "one of `Read`, `Write`". Of a list or map also what
/// holds for each entry, unless entries are objects, which are described by themselves.
std::vector<std::string> bounds_of(const YAML::Node& schema);

/// The messages of a schema's CEL rules, with those of a list's or map's entries (as above).
std::vector<std::string> rules_of(const YAML::Node& schema);

}  // namespace guildhall::crds::generator
