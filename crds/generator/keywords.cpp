#include "crds/generator/keywords.hpp"

#include <fmt/core.h>

#include <map>
#include <regex>
#include <set>

namespace guildhall::crds::generator {
namespace {

using Words = std::set<std::string>;

const Words& common_keywords() {
  static const Words words{"type", "description", "default", "x-kubernetes-validations"};
  return words;
}

const std::map<std::string, Words>& keywords_by_type() {
  static const std::map<std::string, Words> keywords{
      {"string", {"minLength", "maxLength", "pattern", "enum", "format"}},
      {"integer", {"format", "minimum", "maximum"}},
      {"boolean", {}},
      {"array", {"items", "minItems", "maxItems", "x-kubernetes-list-type", "x-kubernetes-list-map-keys"}},
      {"object",
       {"properties", "required", "additionalProperties", "minProperties", "maxProperties", "x-kubernetes-map-type",
        "x-kubernetes-preserve-unknown-fields"}}};
  return keywords;
}

const std::map<std::string, Words>& formats_by_type() {
  static const std::map<std::string, Words> formats{{"string", {"", "date-time"}}, {"integer", {"", "int32", "int64"}}};
  return formats;
}

void check_unique(const YAML::Node& map, const std::string& path, Problems& problems) {
  if (!map.IsMap()) return;
  Words seen;
  for (const auto& entry : map) {
    const auto key = entry.first.as<std::string>();
    if (!seen.insert(key).second) problems.add(path, key + " stands twice");
  }
}

void check_format(const std::string& type, const std::string& format, const std::string& path, Problems& problems) {
  const auto formats = formats_by_type().find(type);
  if (formats != formats_by_type().end() && !formats->second.contains(format))
    problems.add(path, fmt::format("format {} of type {} has no C++ type", format, type));
}

/// A field whose name is a word that CEL keeps for itself is written self.__namespace__: newer API servers take the
/// bare name too, Kubernetes 1.30 refuses the CRD. Source: Kubernetes, "Validation rules", escaping.
void check_reserved_words(const std::string& rule, const std::string& path, Problems& problems) {
  static const std::regex bare(
      R"([.](as|break|const|continue|else|false|for|function|if|import|in|let|loop|namespace|null|package|return|true|var|void|while)\b)");
  std::smatch found;
  if (std::regex_search(rule, found, bare))
    problems.add(path, fmt::format("{0} is a reserved word in a rule: write __{0}__", found[1].str()));
}

void check_rules(const YAML::Node& rules, const std::string& path, Problems& problems) {
  static const Words known{"rule", "message", "messageExpression", "reason", "fieldPath", "optionalOldSelf"};
  for (const YAML::Node& rule : rules) {
    check_unique(rule, path, problems);
    check_reserved_words(text_of(rule, "rule"), path, problems);
    for (const auto& entry : rule) {
      const auto key = entry.first.as<std::string>();
      if (!known.contains(key)) problems.add(path, key + " of a rule is not understood by the generator");
    }
  }
}

}  // namespace

std::string text_of(const YAML::Node& node, const char* key) {
  const YAML::Node value = node.IsMap() ? node[key] : YAML::Node(YAML::NodeType::Undefined);
  return value.IsDefined() && value.IsScalar() ? value.as<std::string>() : std::string{};
}

void check_keywords(const YAML::Node& schema, const std::string& path, Problems& problems) {
  const std::string type = text_of(schema, "type");
  const auto keywords = keywords_by_type().find(type);
  if (keywords == keywords_by_type().end()) {
    problems.add(path, type.empty() ? "type is missing" : fmt::format("type {} has no C++ type", type));
    return;
  }
  check_unique(schema, path, problems);
  for (const auto& entry : schema) {
    const auto keyword = entry.first.as<std::string>();
    if (!common_keywords().contains(keyword) && !keywords->second.contains(keyword))
      problems.add(path, fmt::format("{} of type {} is not understood by the generator", keyword, type));
  }
  check_format(type, text_of(schema, "format"), path, problems);
  if (const YAML::Node properties = schema["properties"]) check_unique(properties, path, problems);
  if (const YAML::Node rules = schema["x-kubernetes-validations"]) check_rules(rules, path, problems);
}

}  // namespace guildhall::crds::generator
