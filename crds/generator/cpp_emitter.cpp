#include "crds/generator/cpp_emitter.hpp"

#include <fmt/format.h>

#include <sstream>

namespace guildhall::crds {
namespace {

constexpr std::size_t kDocWidth = 110;

/// A docstring, wrapped.
std::string doc(const std::string& description, const std::string& indent) {
  std::istringstream words(description);
  std::string result;
  std::string line;
  for (std::string word; words >> word;) {
    if (!line.empty() && line.size() + word.size() > kDocWidth) {
      result += indent + "/// " + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? result : result + indent + "/// " + line + "\n";
}

std::string element_type(const FieldType& type) {
  switch (type.kind) {
    case TypeKind::String:
      return "std::string";
    case TypeKind::Boolean:
      return "bool";
    case TypeKind::Integer:
      return "std::int64_t";
    case TypeKind::Timestamp:
      return "core::Timestamp";
    case TypeKind::StringMap:
      return "std::map<std::string, std::string>";
    case TypeKind::Condition:
      return "core::Condition";
    default:
      return type.name;
  }
}

/// Lists and maps are empty when absent, a boolean is false: they need no std::optional.
bool is_optional(const Field& field) {
  if (field.type.is_list || field.required || field.default_value) return false;
  return field.type.kind != TypeKind::StringMap && field.type.kind != TypeKind::Boolean;
}

std::string member_type(const Field& field) {
  const std::string element = element_type(field.type);
  if (field.type.is_list) return "std::vector<" + element + ">";
  return is_optional(field) ? "std::optional<" + element + ">" : element;
}

std::string initializer(const Field& field) {
  if (field.type.is_list || is_optional(field)) return {};
  const std::string value = field.default_value.value_or("");
  switch (field.type.kind) {
    case TypeKind::Boolean:
      return value == "true" ? " = true" : " = false";
    case TypeKind::Integer:
      return " = " + (value.empty() ? "0" : value);
    case TypeKind::Enum:
      return value.empty() ? "{}" : fmt::format(" = {}::{}", field.type.name, value);
    case TypeKind::String:
      return value.empty() ? std::string{} : fmt::format(" = \"{}\"", value);
    default:
      return {};
  }
}

std::string emit_enum(const EnumType& type) {
  std::string values;
  for (const auto& value : type.values)
    values += (values.empty() ? "" : ", ") + value;
  return fmt::format(
      "enum class {0} {{ {1} }};\nstd::string_view to_string({0} value);\nbool parse_enum(std::string_view text, {0}& "
      "out);\n\n",
      type.name, values);
}

std::string emit_struct(const ObjectType& type) {
  std::string result = doc(type.description, "") + "struct " + type.name + " {\n";
  for (const Field& field : type.fields) {
    result +=
        doc(field.description, "  ") + "  " + member_type(field) + " " + field.cpp_name + initializer(field) + ";\n";
  }
  return result +
         "  /// Members that this version does not know; null when there are none.\n  nlohmann::json unknown;\n  bool "
         "operator==(const " +
         type.name + "&) const = default;\n};\nnlohmann::json to_json(const " + type.name + "& value);\n\n";
}

std::string function_stem(const KindModel& model) {
  return snake_case(model.kind);
}

std::string emit_enum_functions(const EnumType& type) {
  std::string cases;
  std::string branches;
  for (const auto& value : type.values) {
    cases += fmt::format("    case {0}::{1}:\n      return \"{1}\";\n", type.name, value);
    branches +=
        fmt::format("  if (text == \"{1}\") {{\n    out = {0}::{1};\n    return true;\n  }}\n", type.name, value);
  }
  return fmt::format(
      "std::string_view to_string({0} value) {{\n  switch (value) {{\n{1}  }}\n  return \"\";\n}}\n\n"
      "bool parse_enum(std::string_view text, {0}& out) {{\n{2}  return false;\n}}\n\n",
      type.name, cases, branches);
}

std::string emit_read(const ObjectType& type) {
  std::string body;
  for (const Field& field : type.fields) {
    body += fmt::format("  in.{}(\"{}\", out.{});\n", field.required ? "required" : "optional", field.json_name,
                        field.cpp_name);
  }
  return fmt::format("void read(FieldReader& in, {}& out) {{\n{}  out.unknown = in.rest();\n}}\n\n", type.name, body);
}

bool is_always_written(const Field& field) {
  return field.required || (field.default_value && !field.type.is_list);
}

std::string emit_write(const ObjectType& type) {
  std::string body;
  for (const Field& field : type.fields) {
    body += fmt::format("  out.{}(\"{}\", value.{});\n", is_always_written(field) ? "always" : "when_set",
                        field.json_name, field.cpp_name);
  }
  return fmt::format(
      "nlohmann::json to_json(const {}& value) {{\n  FieldWriter out(value.unknown);\n{}  return out.take();\n}}\n\n",
      type.name, body);
}

std::string emit_kind_functions(const KindModel& model) {
  const std::string stem = function_stem(model);
  return fmt::format(
      "const core::ResourceType& {0}_type() {{\n  static const core::ResourceType kType{{\"{2}\", \"{3}\", \"{4}\", "
      "\"{1}\", {5}}};\n  return kType;\n}}\n\n"
      "core::Result<{1}> parse_{0}(const nlohmann::json& object) {{\n"
      "  {1} result;\n  ReadProblem problem;\n  const JsonPath root;\n  FieldReader in(object, root, problem);\n"
      "  in.known(\"apiVersion\");\n  in.known(\"kind\");\n  in.known(\"metadata\");\n"
      "  in.required(\"spec\", result.spec);\n{6}  result.unknown = in.rest();\n"
      "  if (problem.error) return std::unexpected(std::move(*problem.error));\n"
      "  auto metadata = core::parse_object_meta(object.value(\"metadata\", nlohmann::json::object()));\n"
      "  if (!metadata) return std::unexpected(metadata.error());\n"
      "  result.metadata = std::move(*metadata);\n  return result;\n}}\n\n"
      "nlohmann::json to_json(const {1}& value) {{\n  FieldWriter out(value.unknown);\n"
      "  out.always(\"apiVersion\", {0}_type().api_version());\n  out.always(\"kind\", {0}_type().kind);\n"
      "  out.always(\"spec\", value.spec);\n{7}  nlohmann::json object = out.take();\n"
      "  object[\"metadata\"] = metadata_json(value.metadata);\n  return object;\n}}\n\n",
      stem, model.kind, model.group, model.version, model.plural, model.namespaced ? "true" : "false",
      model.has_status ? "  in.optional(\"status\", result.status);\n" : "",
      model.has_status
          ? fmt::format("  if (value.status != {}Status{{}}) out.always(\"status\", value.status);\n", model.kind)
          : "");
}

std::string origin(const KindModel& model) {
  return fmt::format("// Made from crds/{}.yaml by crds/generator. Do not edit.\n", model.plural);
}

}  // namespace

std::string emit_header(const KindModel& model) {
  const std::string stem = function_stem(model);
  std::string result = origin(model) +
                       "#pragma once\n\n#include <cstdint>\n#include <map>\n#include <nlohmann/json.hpp>\n#include "
                       "<optional>\n#include <string>\n"
                       "#include <string_view>\n#include <vector>\n\n#include "
                       "\"operator/core/condition.hpp\"\n#include \"operator/core/object_meta.hpp\"\n"
                       "#include \"operator/core/resource_type.hpp\"\n#include \"operator/core/result.hpp\"\n#include "
                       "\"operator/core/timestamp.hpp\"\n\n"
                       "namespace guildhall::api {\n\n";
  for (const EnumType& type : model.enums)
    result += emit_enum(type);
  for (const ObjectType& type : model.objects)
    result += emit_struct(type);
  result += fmt::format(
      "struct {1} {{\n  core::ObjectMeta metadata;\n  {1}Spec spec;\n{2}  /// Members beside apiVersion, kind, "
      "metadata, spec and status.\n"
      "  nlohmann::json unknown;\n  bool operator==(const {1}&) const = default;\n}};\n\n"
      "const core::ResourceType& {0}_type();\n/// Errors: Invalid, naming the path of what has the wrong type or is "
      "missing.\n"
      "core::Result<{1}> parse_{0}(const nlohmann::json& object);\nnlohmann::json to_json(const {1}& value);\n\n",
      stem, model.kind, model.has_status ? fmt::format("  {}Status status;\n", model.kind) : "");
  return result + "}  // namespace guildhall::api\n";
}

std::string emit_source(const KindModel& model) {
  std::string result = origin(model) + fmt::format(
                                           "#include \"operator/api/{}.hpp\"\n\n#include "
                                           "\"operator/api/json_fields.hpp\"\n\nnamespace guildhall::api {{\n\n",
                                           model.singular);
  for (const EnumType& type : model.enums)
    result += emit_enum_functions(type);
  for (const ObjectType& type : model.objects)
    result += emit_read(type);
  for (const ObjectType& type : model.objects)
    result += emit_write(type);
  return result + emit_kind_functions(model) + "}  // namespace guildhall::api\n";
}

}  // namespace guildhall::crds
