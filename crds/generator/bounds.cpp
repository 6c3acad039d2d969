#include "crds/generator/bounds.hpp"

#include <fmt/core.h>

#include "crds/generator/keywords.hpp"

namespace guildhall::crds::generator {
namespace {

using Lines = std::vector<std::string>;

// "" without a limit.
std::string range(const YAML::Node& schema, const char* least, const char* most, const std::string& unit) {
  const std::string from = text_of(schema, least);
  const std::string to = text_of(schema, most);
  if (from.empty() && to.empty()) return {};
  if (to.empty()) return fmt::format("at least {}{}", from, unit);
  if (from.empty()) return fmt::format("at most {}{}", to, unit);
  return fmt::format("{} to {}{}", from, to, unit);
}

std::string words(const YAML::Node& schema) {
  std::string text;
  for (const YAML::Node& word : schema["enum"])
    text += fmt::format("{}`{}`", text.empty() ? "one of " : ", ", word.as<std::string>());
  return text;
}

std::string uniqueness(const YAML::Node& schema) {
  const std::string list_type = text_of(schema, "x-kubernetes-list-type");
  if (list_type == "set") return "no entry twice";
  if (list_type != "map") return {};
  std::string keys;
  for (const YAML::Node& key : schema["x-kubernetes-list-map-keys"])
    keys += (keys.empty() ? "" : ", ") + key.as<std::string>();
  return "one entry for each " + keys;
}

// The schema of what stands in a list or map, unless it is an object.
YAML::Node plain_entry(const YAML::Node& schema) {
  for (const char* key : {"items", "additionalProperties"}) {
    const YAML::Node entry = schema[key];
    if (entry && entry.IsMap() && text_of(entry, "type") != "object") return entry;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

}  // namespace

Lines bounds_of(const YAML::Node& schema) {
  const std::string pattern = text_of(schema, "pattern");
  Lines bounds;
  for (const std::string& bound :
       {words(schema), range(schema, "minLength", "maxLength", " characters"),
        pattern.empty() ? std::string() : fmt::format("matches `{}`", pattern), range(schema, "minimum", "maximum", ""),
        range(schema, "minItems", "maxItems", " entries"), range(schema, "minProperties", "maxProperties", " entries"),
        uniqueness(schema)}) {
    if (!bound.empty()) bounds.push_back(bound);
  }
  if (const YAML::Node entry = plain_entry(schema)) {
    for (const std::string& bound : bounds_of(entry))
      bounds.push_back("each: " + bound);
  }
  return bounds;
}

Lines rules_of(const YAML::Node& schema) {
  Lines rules;
  for (const YAML::Node& rule : schema["x-kubernetes-validations"]) {
    const std::string message = text_of(rule, "message");
    rules.push_back(message.empty() ? fmt::format("`{}`", text_of(rule, "rule")) : message);
  }
  if (const YAML::Node entry = plain_entry(schema)) {
    for (const std::string& rule : rules_of(entry))
      rules.push_back(rule);
  }
  return rules;
}

}  // namespace guildhall::crds::generator
