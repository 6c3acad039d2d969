#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>

#include "crds/generator/model.hpp"

namespace guildhall::crds::generator {

/// The form of a text: its length, and the pattern of the CEL rule that is nothing but `self.matches('…')`. Nothing
/// without such a rule, or with one whose pattern needs escapes: C++ is then not told of a form.
std::optional<TextForm> form_of(const YAML::Node& schema);

}  // namespace guildhall::crds::generator
