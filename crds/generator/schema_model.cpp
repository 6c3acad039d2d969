#include "crds/generator/schema_model.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>

namespace guildhall::crds {
namespace {

std::string pascal_case(const std::string& name) {
  std::string result = name;
  result[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(result[0])));
  return result;
}

std::string text(const YAML::Node& node, const char* field) {
  return node[field] ? node[field].as<std::string>() : std::string{};
}

bool is_condition(const YAML::Node& schema) {
  const YAML::Node properties = schema["properties"];
  return properties && properties["lastTransitionTime"] && properties["reason"] && properties["status"] &&
         properties["type"];
}

/// Walks the schema and collects the types, each after those that it uses.
class Builder {
 public:
  explicit Builder(KindModel& model) : model_(model) {}

  void object(const YAML::Node& schema, const std::string& name, const std::string& path) {
    ObjectType type{name, text(schema, "description"), {}};
    const auto required =
        schema["required"] ? schema["required"].as<std::vector<std::string>>() : std::vector<std::string>{};
    for (const auto& property : schema["properties"]) {
      const auto json_name = property.first.as<std::string>();
      Field field{json_name, snake_case(json_name), text(property.second, "description"), {}, false, {}};
      field.type = field_type(property.second, child_name(name, json_name), path + "." + json_name);
      field.required = std::find(required.begin(), required.end(), json_name) != required.end();
      field.default_value = default_of(property.second);
      type.fields.push_back(std::move(field));
    }
    model_.objects.push_back(std::move(type));
  }

 private:
  /// Types of spec are named after the kind and their path, those of status after the kind, "Status" and their path.
  [[nodiscard]] std::string child_name(const std::string& parent, const std::string& json_name) const {
    return (parent == model_.kind + "Spec" ? model_.kind : parent) + pascal_case(json_name);
  }

  static std::optional<std::string> default_of(const YAML::Node& schema) {
    const YAML::Node value = schema["default"];
    if (!value) return std::nullopt;
    return value.IsScalar() ? value.as<std::string>() : std::string{};
  }

  FieldType field_type(const YAML::Node& schema, const std::string& name, const std::string& path) {
    const std::string type = text(schema, "type");
    if (type == "array") return list_type(schema, name, path);
    if (type == "string") return string_type(schema, name);
    if (type == "boolean") return {TypeKind::Boolean, false, {}};
    if (type == "integer") return {TypeKind::Integer, false, {}};
    if (type == "object") return object_type(schema, name, path);
    throw SchemaError(path + ": type '" + type + "' is not supported");
  }

  FieldType list_type(const YAML::Node& schema, const std::string& name, const std::string& path) {
    const std::size_t last = path.rfind('.');
    const std::string list = path.substr(last + 1);
    const std::string stem = name.substr(0, name.size() - list.size());
    FieldType element = field_type(schema["items"], stem + singular_type_name(list), path + "[]");
    if (element.is_list) throw SchemaError(path + ": a list of lists is not supported");
    element.is_list = true;
    return element;
  }

  FieldType string_type(const YAML::Node& schema, const std::string& name) {
    if (text(schema, "format") == "date-time") return {TypeKind::Timestamp, false, {}};
    if (!schema["enum"]) return {TypeKind::String, false, {}};
    model_.enums.push_back({name, schema["enum"].as<std::vector<std::string>>()});
    return {TypeKind::Enum, false, name};
  }

  FieldType object_type(const YAML::Node& schema, const std::string& name, const std::string& path) {
    if (is_condition(schema)) return {TypeKind::Condition, false, {}};
    if (schema["properties"]) {
      object(schema, name, path);
      return {TypeKind::Object, false, name};
    }
    const YAML::Node values = schema["additionalProperties"];
    if (values && text(values, "type") == "string") return {TypeKind::StringMap, false, {}};
    throw SchemaError(path + ": an object needs properties, or additionalProperties of type string");
  }

  KindModel& model_;
};

YAML::Node only_version(const YAML::Node& spec) {
  if (!spec["versions"] || spec["versions"].size() != 1)
    throw SchemaError("spec.versions: exactly one version is supported");
  return spec["versions"][0];
}

}  // namespace

std::string snake_case(const std::string& camel_case) {
  if (camel_case == "namespace") return "ns";
  if (camel_case == "operator") return "op";
  std::string result;
  bool after_upper = true;
  for (const char c : camel_case) {
    const bool upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (upper && !after_upper) result += '_';
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    after_upper = upper;
  }
  return result;
}

std::string singular_type_name(const std::string& list_name) {
  std::string name = pascal_case(list_name);
  if (name.ends_with("ses")) return name.substr(0, name.size() - 2);
  if (name.ends_with('s')) name.pop_back();
  return name;
}

KindModel build_model(const std::string& crd_yaml) {
  const YAML::Node crd = YAML::Load(crd_yaml);
  if (text(crd, "kind") != "CustomResourceDefinition") throw SchemaError("kind: not a CustomResourceDefinition");
  const YAML::Node spec = crd["spec"];
  const YAML::Node version = only_version(spec);
  KindModel model{.kind = text(spec["names"], "kind"),
                  .group = text(spec, "group"),
                  .version = text(version, "name"),
                  .plural = text(spec["names"], "plural"),
                  .singular = text(spec["names"], "singular"),
                  .namespaced = text(spec, "scope") == "Namespaced",
                  .enums = {},
                  .objects = {},
                  .has_status = false};
  const YAML::Node properties = version["schema"]["openAPIV3Schema"]["properties"];
  if (!properties || !properties["spec"]) throw SchemaError("schema: needs a property spec");
  Builder builder(model);
  builder.object(properties["spec"], model.kind + "Spec", "spec");
  model.has_status = static_cast<bool>(properties["status"]);
  if (model.has_status) builder.object(properties["status"], model.kind + "Status", "status");
  return model;
}

}  // namespace guildhall::crds
