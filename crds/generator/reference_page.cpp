#include "crds/generator/reference_page.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <iterator>

namespace guildhall::crds::generator {
namespace {

// Within a table a bar ends the cell, also in code, and a line feed ends the row.
std::string cell(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string lines(const std::vector<std::string>& texts) {
  std::string result;
  for (const std::string& text : texts)
    result += (result.empty() ? "" : "<br>") + cell(text);
  return result;
}

// GitHub's anchor of a heading: "status.keys[]" is "statuskeys".
std::string anchor(const std::string& path) {
  std::string result;
  std::copy_if(path.begin(), path.end(), std::back_inserter(result),
               [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; });
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string type_text(const Type& type, const std::string& path) {
  switch (type.shape) {
    case Shape::Integer:
      return "integer";
    case Shape::Boolean:
      return "boolean";
    case Shape::Time:
      return "time (RFC 3339)";
    case Shape::Object:
      return fmt::format("[object](#{})", anchor(path));
    case Shape::Any:
      return "any object";
    case Shape::Condition:
      return "condition";
    case Shape::List:
      return "list of " + type_text(type.item.front(), path + "[]");
    case Shape::Map:
      return "map of string to " + type_text(type.item.front(), path + "[]");
    default:
      return "string";
  }
}

std::string default_text(const Field& field) {
  if (field.presence == Presence::Required) return "required";
  if (!field.default_value) return {};
  return field.default_value->empty() ? "empty" : fmt::format("`{}`", cell(*field.default_value));
}

std::string row(const Field& field, const std::string& path) {
  return fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", field.json_name,
                     type_text(field.type, path + "." + field.json_name), cell(field.description), default_text(field),
                     lines(field.bounds), lines(field.rules));
}

std::string rules_text(const std::vector<std::string>& rules) {
  std::string text;
  for (const std::string& rule : rules)
    text += fmt::format("- {}\n", rule);
  return text.empty() ? text : "Rules:\n\n" + text + "\n";
}

std::string section(const Object& object) {
  std::string text = fmt::format("## {}\n\n{}\n\n{}", object.path, object.description, rules_text(object.rules));
  text += "| field | type | what it is | default | bounds | rules |\n|---|---|---|---|---|---|\n";
  for (const Field& field : object.fields)
    text += row(field, object.path);
  return text + "\n";
}

const Object& find(const Kind& kind, const std::string& name) {
  return *std::find_if(kind.objects.begin(), kind.objects.end(), [&](const Object& o) { return o.name == name; });
}

// An object, then the objects in it, in the order of its fields.
void append_sections(const Kind& kind, const Object& object, std::string& text) {
  text += section(object);
  for (const Field& field : object.fields) {
    const Type& type = field.type.item.empty() ? field.type : field.type.item.front();
    if (type.shape == Shape::Object) append_sections(kind, find(kind, type.name), text);
  }
}

}  // namespace

std::string reference_page(const Kind& kind) {
  std::string text = fmt::format("<!-- Made from crds/{} by crds/generator; change that, not this. -->\n# {}\n\n",
                                 kind.source, kind.name);
  text += fmt::format("`{}/{}`, {}. {}\n\n", kind.group, kind.version,
                      kind.namespaced ? "namespaced" : "cluster-scoped", kind.description);
  text += rules_text(kind.rules);
  append_sections(kind, find(kind, kind.name + "Spec"), text);
  append_sections(kind, find(kind, kind.name + "Status"), text);
  text.pop_back();
  return text;
}

}  // namespace guildhall::crds::generator
