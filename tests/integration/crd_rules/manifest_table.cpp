#include "tests/integration/crd_rules/manifest_table.hpp"

#include <algorithm>
#include <filesystem>

#include "tests/integration/crd_rules/yaml_document.hpp"

namespace guildhall::tests::crd_rules {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// `#` in every string of the value becomes the number.
json numbered(json value, std::size_t number) {
  if (value.is_string()) {
    auto text = value.get<std::string>();
    if (const auto at = text.find('#'); at != std::string::npos) {
      text.replace(at, 1, std::to_string(number));
    }
    return text;
  }
  if (value.is_structured()) {
    for (auto& part : value) {
      part = numbered(part, number);
    }
  }
  return value;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string whole;
  for (std::size_t i = 0; i < times; ++i) {
    whole += text;
  }
  return whole;
}

// {$text: ab, $times: 2} is "abab"; {$list: d#, $times: 2} is [d0, d1]; {$map: k, $times: 2} is {k0: x, k1: x}.
json generated(const json& recipe) {
  const auto times = recipe.at("$times").get<std::size_t>();
  if (recipe.contains("$text")) {
    return repeated(recipe.at("$text").get<std::string>(), times);
  }
  json many = recipe.contains("$list") ? json::array() : json::object();
  for (std::size_t i = 0; i < times; ++i) {
    if (many.is_array()) {
      many.push_back(numbered(recipe.at("$list"), i));
    } else {
      many[recipe.at("$map").get<std::string>() + std::to_string(i)] = "x";
    }
  }
  return many;
}

json expanded(json value) {
  if (value.is_object() && value.contains("$times")) {
    return generated(value);
  }
  if (value.is_structured()) {
    for (auto& part : value) {
      part = expanded(part);
    }
  }
  return value;
}

std::optional<json> optional_patch(const json& entry, const char* key) {
  return entry.contains(key) ? std::optional(expanded(entry.at(key))) : std::nullopt;
}

Case read_case(const json& entry) {
  Case one{.name = entry.at("name"),
           .object = entry.value("object", ""),
           .set = entry.contains("set") ? expanded(entry.at("set")) : json::object(),
           .old = optional_patch(entry, "old"),
           .status = optional_patch(entry, "status"),
           .rejected = entry.value("rejected", std::vector<std::string>{})};
  if (one.accepted() && !entry.at("accepted").get<bool>()) {
    throw std::runtime_error("case '" + one.name + "' must say what the rejection says");
  }
  std::ranges::sort(one.rejected);
  return one;
}

json with_spec(const Table& table, const Case& one, const json& spec) {
  json object{{"apiVersion", "guildhall.dev/v1alpha1"}, {"kind", table.kind}, {"metadata", {{"name", one.object}}}};
  if (!spec.is_null()) {
    object["spec"] = spec;
  }
  return object;
}

json patched(json value, const json& patch) {
  value.merge_patch(patch);
  return value;
}

}  // namespace

json Table::object_of(const Case& one) const {
  if (one.status) {
    auto object = with_spec(*this, one, spec);
    object["status"] = patched(status, *one.status);
    return object;
  }
  return with_spec(*this, one, patched(one.old ? patched(spec, *one.old) : spec, one.set));
}

json Table::old_object_of(const Case& one) const {
  return with_spec(*this, one, patched(spec, one.old.value_or(json::object())));
}

const json& Table::schema() const {
  return crd.at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema");
}

Table read_table(const std::string& kind) {
  const fs::path root(GUILDHALL_SOURCE_DIR);
  const auto document = read_yaml(root / "tests/integration/manifests" / (kind + ".yaml"));
  Table table{.kind = document.at("kind"),
              .resource = document.at("resource"),
              .namespaced = document.at("namespaced"),
              .crd = read_yaml(root / "crds" / document.at("crd").get<std::string>()),
              .spec = document.at("spec"),
              .status = document.at("status"),
              .cases = {}};
  for (const auto& entry : document.at("cases")) {
    auto& one = table.cases.emplace_back(read_case(entry));
    if (one.object.empty()) {
      one.object = "case-" + std::to_string(table.cases.size());
    }
  }
  return table;
}

}  // namespace guildhall::tests::crd_rules
