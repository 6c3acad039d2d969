#include "tests/integration/crd_rules/schema_obligations.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <regex>

namespace guildhall::tests::crd_rules {
namespace {

using nlohmann::json;

struct Phrase {
  std::string_view keyword;
  std::string_view words;  // what the API server says, in part
};

// apimachinery's field errors and kube-openapi's validation messages.
constexpr auto kPhrases = std::to_array<Phrase>({
    {"required", ": Required value"},
    {"enum", ": Unsupported value"},
    {"pattern", "in body should match '"},
    {"format", "in body must be of type date-time"},
    {"maxLength", ": Too long: "},
    {"minLength", "chars long"},
    {"maximum", "in body should be less than or equal to"},
    {"minimum", "in body should be greater than or equal to"},
    {"maxItems", ": Too many: "},
    {"maxProperties", ": Too many: "},
    {"minItems", "in body should have at least"},
    {"duplicate", ": Duplicate value"},
    {"type", "in body must be of type "},
});

using Visit = std::function<void(const std::string& path, const json& schema, bool required)>;

std::string below(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

void walk(const json& schema, const std::string& path, bool required, const Visit& visit) {
  visit(path, schema, required);
  const auto names = schema.value("required", json::array());
  const auto properties = schema.value("properties", json::object());
  for (const auto& [name, property] : properties.items()) {
    const bool must = std::ranges::find(names, json(name)) != names.end();
    walk(property, below(path, name), must, visit);
  }
  if (schema.contains("items")) {
    walk(schema.at("items"), path + "[]", false, visit);
  }
  if (schema.contains("additionalProperties")) {
    walk(schema.at("additionalProperties"), path + "{}", false, visit);
  }
}

bool refuses_duplicates(const json& schema) {
  const auto type = schema.value("x-kubernetes-list-type", "");
  return type == "set" || type == "map";
}

std::vector<Obligation> obligations_at(const std::string& path, const json& schema, bool required) {
  std::vector<Obligation> found;
  for (const auto& phrase : kPhrases) {
    const bool numeric_format = phrase.keyword == "format" && schema.value("format", "") != "date-time";
    if (phrase.keyword != "required" && phrase.keyword != "type" && schema.contains(phrase.keyword) &&
        !numeric_format) {
      found.push_back({path, std::string(phrase.keyword), ""});
    }
  }
  if (required) {
    found.push_back({path, "required", ""});
  }
  if (refuses_duplicates(schema)) {
    // The API server names the second of two equal entries.
    found.push_back({path + "[]", "duplicate", ""});
  }
  for (const auto& rule : schema.value("x-kubernetes-validations", json::array())) {
    found.push_back({path, "rule", rule.at("message")});
  }
  const bool top = path.empty() || path == "spec" || path == "status";
  if (found.empty() && !top) {
    found.push_back({path, "type", ""});
  }
  return found;
}

// [] is any index; {} is any key, which the API server writes as .key or [key]. It calls the root <nil>.
std::regex field_pattern(const std::string& path) {
  if (path.empty()) {
    return std::regex("<nil>");
  }
  std::string pattern;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto two = std::string_view(path).substr(i, 2);
    if (two == "[]" || two == "{}") {
      pattern += two == "[]" ? R"(\[\d+\])" : R"((\..+|\[[^\]]+\]))";
      ++i;
    } else {
      pattern += path[i] == '.' ? "\\." : std::string(1, path[i]);
    }
  }
  return std::regex(pattern);
}

bool says(std::string_view words, const Obligation& obligation) {
  if (obligation.keyword == "rule") {
    return words.ends_with(": " + obligation.message);
  }
  const auto* phrase = std::ranges::find(kPhrases, std::string_view(obligation.keyword), &Phrase::keyword);
  return phrase != kPhrases.end() && words.find(phrase->words) != std::string_view::npos;
}

void collect(const json& schema, const json& value, const std::string& path, std::set<std::string>& found);

void collect_properties(const json& schema, const json& value, const std::string& path, std::set<std::string>& found) {
  const auto properties = schema.value("properties", json::object());
  for (const auto& [name, part] : value.items()) {
    if (!properties.contains(name)) continue;
    const auto place = below(path, name);
    found.insert(place);
    collect(properties.at(name), part, place, found);
  }
}

void collect(const json& schema, const json& value, const std::string& path, std::set<std::string>& found) {
  if (value.is_object()) collect_properties(schema, value, path, found);
  const bool list = value.is_array();
  const char* const parts = list ? "items" : "additionalProperties";
  if (!value.is_structured() || !schema.contains(parts)) return;
  const std::string place = path + (list ? "[]" : "{}");
  for (const auto& part : value) {
    found.insert(place);
    collect(schema.at(parts), part, place, found);
  }
}

}  // namespace

std::vector<Obligation> obligations_of(const json& schema) {
  std::vector<Obligation> all;
  walk(schema, "", false, [&](const std::string& path, const json& part, bool required) {
    const auto here = obligations_at(path, part, required);
    all.insert(all.end(), here.begin(), here.end());
  });
  return all;
}

bool shows(std::string_view cause, const Obligation& obligation) {
  const auto colon = cause.find(": ");
  if (colon == std::string_view::npos) {
    return false;
  }
  const std::string field(cause.substr(0, colon));
  return std::regex_match(field, field_pattern(obligation.path)) && says(cause.substr(colon), obligation);
}

std::set<std::string> properties_of(const json& schema) {
  std::set<std::string> all;
  walk(schema, "", false, [&](const std::string& path, const json&, bool) { all.insert(path); });
  all.erase("");
  return all;
}

std::set<std::string> properties_in(const json& schema, const json& object) {
  std::set<std::string> found;
  collect(schema, object, "", found);
  return found;
}

}  // namespace guildhall::tests::crd_rules
