#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace guildhall::plugin {

/// An object as JSON with an indent of four, as kubectl prints it. Dangerous characters are escaped
/// (core/printable.hpp).
std::string to_json_text(const nlohmann::json& document);

/// The same as YAML: every string that another reader could take for something else is quoted.
std::string to_yaml_text(const nlohmann::json& document);

/// What the server sent, without metadata.managedFields.
nlohmann::json without_managed_fields(nlohmann::json object);

/// A v1 List of these objects, as `kubectl get -o json` prints it.
nlohmann::json list_of(std::vector<nlohmann::json> objects);

}  // namespace guildhall::plugin
