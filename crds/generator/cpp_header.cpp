#include "crds/generator/cpp_header.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "crds/generator/names.hpp"
#include "crds/generator/text.hpp"

namespace guildhall::crds::generator {
namespace {

std::string cpp_type(const Type& type) {
  switch (type.shape) {
    case Shape::Text:
      return "std::string";
    case Shape::Integer:
      return "std::int64_t";
    case Shape::Boolean:
      return "bool";
    case Shape::Time:
      return "core::Timestamp";
    case Shape::Any:
      return "nlohmann::json";
    case Shape::Condition:
      return "core::Condition";
    case Shape::List:
      return fmt::format("std::vector<{}>", cpp_type(type.item.front()));
    case Shape::Map:
      return fmt::format("std::map<std::string, {}>", cpp_type(type.item.front()));
    default:
      return type.name;
  }
}

// Lists, maps and free objects are absent when they are empty, and need no std::optional.
bool is_wrapped(const Field& field) {
  return field.presence == Presence::Optional && field.type.shape != Shape::List && field.type.shape != Shape::Map &&
         field.type.shape != Shape::Any;
}

// " = false", "{}" or nothing: no field is left without a value.
std::string initializer(const Field& field) {
  if (is_wrapped(field)) return {};
  const bool has_default = field.default_value.has_value();
  switch (field.type.shape) {
    case Shape::Text:
      return has_default && !field.default_value->empty() ? " = " + literal(*field.default_value) : std::string();
    case Shape::Integer:
      return " = " + field.default_value.value_or("0");
    case Shape::Boolean:
      return " = " + field.default_value.value_or("false");
    case Shape::Word:
      return has_default ? fmt::format(" = {}::{}", field.type.name, *field.default_value) : "{}";
    default:
      return {};
  }
}

// No part of the value: a constant beside it.
std::string form(const Field& field) {
  if (!field.form) return {};
  const TextForm& form = *field.form;
  return fmt::format("  static constexpr TextForm k{}Form{{{},\n      {},\n      {}}};\n", pascal_case(field.json_name),
                     form.most_characters, literal(form.pattern), literal(form.message));
}

std::string declaration(const Field& field) {
  const std::string type = cpp_type(field.type);
  return fmt::format("{}{}  {} {}{};\n", form(field), comment(field.description, "  /// "),
                     is_wrapped(field) ? fmt::format("std::optional<{}>", type) : type, field.name, initializer(field));
}

std::string declaration(const Enumeration& enumeration) {
  return comment(fmt::format("{}: {}", enumeration.path, enumeration.description), "/// ") +
         list(fmt::format("enum class {} {{ ", enumeration.name), enumeration.words, " };", "") +
         fmt::format("std::span<const std::string_view> words_of({} value);\n\n", enumeration.name);
}

std::string declaration(const Object& object) {
  std::string text = comment(fmt::format("{}: {}", object.path, object.description), "/// ");
  text += fmt::format("struct {} {{\n", object.name);
  for (const Field& field : object.fields)
    text += declaration(field);
  text +=
      "  nlohmann::json unknown;  ///< fields that this version does not know, kept for writing; null without any\n";
  return text + fmt::format("  bool operator==(const {}&) const = default;\n}};\n\n", object.name);
}

constexpr const char* kKindTemplate = R"(struct {0} {{
  core::ObjectMeta metadata;
  {0}Spec spec;
  {0}Status status;
  nlohmann::json unknown;  ///< as above, beside spec and status
  bool operator==(const {0}&) const = default;
}};

/// {2}, {3}.
const core::ResourceType& {1}_type();
/// Reads a whole object. Errors: Invalid, with the path of what is missing or has the wrong type.
core::Result<{0}> parse_{1}(const nlohmann::json& object);

/// What is absent, and empty lists and maps that are not required, are left out. Reading it back gives the same value.
nlohmann::json to_json(const {0}Spec& spec);
nlohmann::json to_json(const {0}Status& status);
/// The whole object, with apiVersion, kind and what ObjectMeta holds.
nlohmann::json to_json(const {0}& object);
)";

constexpr const char* kIncludes = R"(#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operator/api/text_form.hpp"
#include "operator/api/words.hpp"
#include "operator/core/condition.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::api {

)";

}  // namespace

std::string file_stem(const Kind& kind) {
  std::string stem = kind.name;
  std::transform(stem.begin(), stem.end(), stem.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return stem;
}

std::string cpp_header(const Kind& kind) {
  std::string text = fmt::format("// Made from crds/{} by crds/generator; change that, not this.\n", kind.source);
  text += kIncludes;
  for (const Enumeration& enumeration : kind.enumerations)
    text += declaration(enumeration);
  for (const Object& object : kind.objects)
    text += declaration(object);
  text += comment(kind.description, "/// ");
  text +=
      fmt::format(kKindTemplate, kind.name, snake_case(kind.name), kind.plural + "." + kind.group + "/" + kind.version,
                  kind.namespaced ? "namespaced" : "cluster-scoped");
  return text + "\n}  // namespace guildhall::api\n";
}

}  // namespace guildhall::crds::generator
