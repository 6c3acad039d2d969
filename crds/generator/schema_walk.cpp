#include "crds/generator/schema_walk.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "crds/generator/bounds.hpp"
#include "crds/generator/keywords.hpp"
#include "crds/generator/text_form.hpp"

namespace guildhall::crds::generator {
namespace {

using Names = std::set<std::string>;

Names names_in(const YAML::Node& list) {
  Names names;
  for (const YAML::Node& name : list)
    names.insert(name.as<std::string>());
  return names;
}

// metav1.Condition by its fields: those that it requires, and observedGeneration.
bool is_condition(const YAML::Node& schema) {
  static const Names required{"type", "status", "reason", "message", "lastTransitionTime"};
  Names names;
  for (const auto& property : schema["properties"])
    names.insert(property.first.as<std::string>());
  names.erase("observedGeneration");
  return names == required && names_in(schema["required"]) == required;
}

bool is_boolean_text(const std::string& text) {
  return text == "true" || text == "false";
}

bool is_integer_text(const std::string& text) {
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  return text.size() > first && text.size() <= 18 + first &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(first), text.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

bool is_true(const YAML::Node& schema, const char* key) {
  return text_of(schema, key) == "true";
}

// Whether a default of that text can stand for a value of that type.
bool fits(const std::string& text, const Type& type, const Kind& kind) {
  switch (type.shape) {
    case Shape::Text:
      return true;
    case Shape::Integer:
      return is_integer_text(text);
    case Shape::Boolean:
      return is_boolean_text(text);
    case Shape::Word:
      return std::any_of(kind.enumerations.begin(), kind.enumerations.end(), [&](const Enumeration& e) {
        return e.name == type.name && std::find(e.words.begin(), e.words.end(), text) != e.words.end();
      });
    default:
      return false;
  }
}

}  // namespace

void SchemaWalk::add_object(const YAML::Node& schema, const std::string& path, const std::string& name) {
  check_keywords(schema, path, problems_);
  Object object{.name = name,
                .path = path,
                .description = text_of(schema, "description"),
                .rules = rules_of(schema),
                .fields = {}};
  Names required = names_in(schema["required"]);
  for (const auto& property : schema["properties"]) {
    const auto json_name = property.first.as<std::string>();
    const Place place{fmt::format("{}.{}", path, json_name), name, pascal_case(json_name)};
    object.fields.push_back(field_of(property.second, json_name, place, required.erase(json_name) > 0));
  }
  for (const std::string& missing : required)
    problems_.add(path, "requires " + missing + ", which is no property");
  kind_.objects.push_back(std::move(object));
}

Field SchemaWalk::field_of(const YAML::Node& schema, const std::string& json_name, const Place& place,
                           bool is_required) {
  Field field;
  field.json_name = json_name;
  field.name = field_name(json_name);
  field.description = text_of(schema, "description");
  field.bounds = bounds_of(schema);
  field.type = type_of(schema, place);
  field.form = form_of(schema);
  // The rules of an object stand with its own struct.
  if (field.type.shape != Shape::Object) field.rules = rules_of(schema);
  field.presence = is_required ? Presence::Required : Presence::Optional;
  if (schema["default"]) read_default(schema, place.path, field);
  if (!is_identifier(pascal_case(json_name))) problems_.add(place.path, "the name of the property is no C++ name");
  if (field.name == "unknown") problems_.add(place.path, "the name unknown is taken by what keeps unknown fields");
  return field;
}

void SchemaWalk::read_default(const YAML::Node& schema, const std::string& path, Field& field) {
  const YAML::Node value = schema["default"];
  const bool is_empty_object = field.type.shape == Shape::Object && value.IsMap() && value.size() == 0;
  if (is_empty_object)
    field.default_value = "{}";
  else if (value.IsScalar() && fits(value.as<std::string>(), field.type, kind_))
    field.default_value = value.as<std::string>();
  else
    problems_.add(path, "the generator does not understand this default");
  field.presence = Presence::Defaulted;
}

Type SchemaWalk::type_of(const YAML::Node& schema, const Place& place) {
  const std::string type = text_of(schema, "type");
  if (type == "object") return object_type(schema, place);
  check_keywords(schema, place.path, problems_);
  if (type == "string") return text_type(schema, place);
  if (type == "integer") return {Shape::Integer, {}, {}};
  if (type == "boolean") return {Shape::Boolean, {}, {}};
  if (type == "array") return entries_type(Shape::List, schema["items"], place);
  return {};  // check_keywords() has said that there is no such type
}

Type SchemaWalk::text_type(const YAML::Node& schema, const Place& place) {
  if (text_of(schema, "format") == "date-time") return {Shape::Time, {}, {}};
  if (!schema["enum"]) return {Shape::Text, {}, {}};
  Enumeration enumeration{
      .name = name_for(place), .path = place.path, .description = text_of(schema, "description"), .words = {}};
  for (const YAML::Node& word : schema["enum"]) {
    enumeration.words.push_back(word.as<std::string>());
    if (!is_identifier(enumeration.words.back()))
      problems_.add(place.path, fmt::format("the word \"{}\" cannot be an enumerator", enumeration.words.back()));
  }
  kind_.enumerations.push_back(enumeration);
  return {Shape::Word, enumeration.name, {}};
}

Type SchemaWalk::object_type(const YAML::Node& schema, const Place& place) {
  const bool is_any = is_true(schema, "x-kubernetes-preserve-unknown-fields");
  const bool has_entries = schema["additionalProperties"].IsDefined();
  const bool has_properties = schema["properties"].IsDefined();
  if (static_cast<int>(is_any) + static_cast<int>(has_entries) + static_cast<int>(has_properties) != 1) {
    problems_.add(place.path, "an object has either properties, or additionalProperties, or preserves unknown fields");
    return {};
  }
  if (has_properties) {
    Type type{Shape::Object, name_for(place), {}};
    add_object(schema, place.path, type.name);
    return type;
  }
  check_keywords(schema, place.path, problems_);
  return is_any ? Type{Shape::Any, {}, {}} : entries_type(Shape::Map, schema["additionalProperties"], place);
}

Type SchemaWalk::entries_type(Shape shape, const YAML::Node& entry, Place place) {
  place.path += "[]";
  place.word = singular(place.word);
  if (!entry || !entry.IsMap()) {
    problems_.add(place.path, "the schema of the entries is missing");
    return {};
  }
  if (shape == Shape::List && is_condition(entry)) return {shape, {}, {Type{Shape::Condition, {}, {}}}};
  Type item = type_of(entry, place);
  if (!item.item.empty()) problems_.add(place.path, "a list or map of lists or maps has no C++ type");
  if (entry["default"]) problems_.add(place.path, "the generator does not understand this default");
  return {shape, {}, {std::move(item)}};
}

std::string SchemaWalk::name_for(const Place& place) {
  std::string name = names_.take(place.parent, place.word);
  if (name.empty()) problems_.add(place.path, "another type has the name " + place.parent + place.word + " already");
  return name;
}

}  // namespace guildhall::crds::generator
