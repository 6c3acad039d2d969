// Documents for other programs; the only file here that includes yaml-cpp.
#include "operator/plugin/documents.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/core/printable.hpp"

namespace guildhall::plugin {

namespace {

using nlohmann::json;

/// Plain only when nobody can take it for a number, a time, a flag, null or a mark of YAML's.
bool needs_quotes(const std::string& text) {
  constexpr std::string_view kSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/@";
  if (text.empty() || text.find_first_not_of(kSafe) != std::string::npos) return true;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!is_letter(text.front())) return true;
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(c | 0x20U); });
  constexpr std::string_view kWords[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
  return std::ranges::find(kWords, lower) != std::end(kWords);
}

void emit(YAML::Emitter& out, const json& value) {
  if (value.is_object()) {
    out << (value.empty() ? YAML::Flow : YAML::Block) << YAML::BeginMap;
    for (const auto& [name, field] : value.items()) {
      out << YAML::Key;
      emit(out, json(name));
      out << YAML::Value;
      emit(out, field);
    }
    out << YAML::EndMap;
  } else if (value.is_array()) {
    out << (value.empty() ? YAML::Flow : YAML::Block) << YAML::BeginSeq;
    for (const auto& item : value)
      emit(out, item);
    out << YAML::EndSeq;
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (needs_quotes(text)) out << YAML::DoubleQuoted;
    out << text;
  } else if (value.is_null()) {
    out << YAML::Null;
  } else {
    out << value.dump();
  }
}

}  // namespace

std::string to_json_text(const json& document) {
  return core::printable_document(document.dump(4, ' ', false, json::error_handler_t::replace)) + "\n";
}

std::string to_yaml_text(const json& document) {
  YAML::Emitter out;
  out.SetNullFormat(YAML::LowerNull);
  emit(out, document);
  return core::printable_document(out.c_str()) + "\n";
}

json without_managed_fields(json object) {
  if (object.contains("metadata") && object["metadata"].is_object()) object["metadata"].erase("managedFields");
  return object;
}

json list_of(std::vector<json> objects) {
  return {
      {"apiVersion", "v1"}, {"kind", "List"}, {"metadata", {{"resourceVersion", ""}}}, {"items", std::move(objects)}};
}

}  // namespace guildhall::plugin
