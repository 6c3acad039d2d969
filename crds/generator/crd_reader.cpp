#include "crds/generator/crd_reader.hpp"

#include <yaml-cpp/yaml.h>

#include <array>

#include "crds/generator/bounds.hpp"
#include "crds/generator/keywords.hpp"
#include "crds/generator/problems.hpp"
#include "crds/generator/schema_walk.hpp"

namespace guildhall::crds::generator {
namespace {

// The one version, or an undefined node.
YAML::Node only_version(const YAML::Node& spec, Problems& problems) {
  const YAML::Node versions = spec["versions"];
  if (versions && versions.IsSequence() && versions.size() == 1) return versions[0];
  problems.add("versions", "the generator makes the types of exactly one version");
  return YAML::Node(YAML::NodeType::Undefined);
}

void read_names(const YAML::Node& spec, Kind& kind, Problems& problems) {
  kind.group = text_of(spec, "group");
  kind.namespaced = text_of(spec, "scope") == "Namespaced";
  if (const YAML::Node names = spec["names"]) {
    kind.name = text_of(names, "kind");
    kind.plural = text_of(names, "plural");
  }
  for (const auto& [name, value] : std::array{std::pair{"group", kind.group}, std::pair{"names.kind", kind.name},
                                              std::pair{"names.plural", kind.plural}}) {
    if (value.empty()) problems.add(name, "is missing");
  }
}

// apiVersion, kind and metadata are every object's: only spec and status may stand beside them.
void check_root(const YAML::Node& root, Problems& problems) {
  check_keywords(root, "schema", problems);
  for (const auto& property : root["properties"]) {
    const auto name = property.first.as<std::string>();
    if (name != "spec" && name != "status" && name != "apiVersion" && name != "kind" && name != "metadata")
      problems.add(name, "beside spec and status there are no fields");
  }
}

bool requires_spec(const YAML::Node& root) {
  for (const YAML::Node& name : root["required"]) {
    if (name.as<std::string>() == "spec") return true;
  }
  return false;
}

void read_schema(const YAML::Node& root, Kind& kind, Problems& problems) {
  check_root(root, problems);
  kind.description = text_of(root, "description");
  kind.rules = rules_of(root);
  kind.requires_spec = requires_spec(root);
  SchemaWalk walk(kind, problems);
  for (const auto& [field, suffix] : std::array{std::pair{"spec", "Spec"}, std::pair{"status", "Status"}}) {
    const YAML::Node schema = root["properties"][field];
    if (schema && text_of(schema, "type") == "object" && schema["properties"])
      walk.add_object(schema, field, kind.name + suffix);
    else
      problems.add(field, "must be an object with properties");
  }
}

void read_document(const YAML::Node& document, Kind& kind, Problems& problems) {
  const YAML::Node spec = document.IsMap() ? document["spec"] : YAML::Node(YAML::NodeType::Undefined);
  if (!spec || text_of(document, "kind") != "CustomResourceDefinition") {
    problems.add("kind", "this is no CustomResourceDefinition");
    return;
  }
  read_names(spec, kind, problems);
  const YAML::Node version = only_version(spec, problems);
  if (!version) return;
  kind.version = text_of(version, "name");
  const YAML::Node root = version["schema"]["openAPIV3Schema"];
  if (root && root.IsMap() && root["properties"])
    read_schema(root, kind, problems);
  else
    problems.add("schema", "is missing");
}

}  // namespace

std::expected<Kind, std::vector<std::string>> read_crd(std::string_view yaml, const std::string& source) {
  Kind kind;
  kind.source = source;
  Problems problems;
  try {
    read_document(YAML::Load(std::string(yaml)), kind, problems);
  } catch (const YAML::Exception& exception) {
    problems.add("YAML", exception.what());
  }
  if (!problems.empty()) return std::unexpected(problems.take());
  return kind;
}

}  // namespace guildhall::crds::generator
