#include <fmt/format.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "tests/unit/operator/api/kinds.hpp"

namespace guildhall::api {
namespace {

using nlohmann::json;

// A plain scalar is what YAML 1.2's core schema says; a quoted one has the tag "!".
json to_json(const YAML::Node& node) {
  json result;
  if (node.IsMap()) {
    result = json::object();
    for (const auto& entry : node)
      result[entry.first.as<std::string>()] = to_json(entry.second);
  } else if (node.IsSequence()) {
    result = json::array();
    for (const YAML::Node& item : node)
      result.push_back(to_json(item));
  } else if (node.IsScalar()) {
    const json plain = json::parse(node.Scalar(), nullptr, false);
    const bool is_text = node.Tag() == "!" || plain.is_discarded() || plain.is_structured();
    result = is_text ? json(node.Scalar()) : plain;
  }
  return result;
}

// Everything that stands in the example stands in what is written, but for empty lists and maps; defaults may have
// joined it.
void expect_contains(const json& whole, const json& part, const std::string& path) {
  if (!part.is_object()) {
    EXPECT_EQ(whole, part) << path;
    return;
  }
  for (const auto& [name, value] : part.items()) {
    if (value.is_structured() && value.empty()) continue;
    ASSERT_TRUE(whole.contains(name)) << path << "." << name;
    expect_contains(whole.at(name), value, fmt::format("{}.{}", path, name));
  }
}

TEST(Examples, AreReadAndWrittenWithoutLoss) {
  std::map<std::string, int> seen;
  for (const auto& file : std::filesystem::directory_iterator(std::string(GUILDHALL_SOURCE_DIR) + "/examples")) {
    if (file.path().extension() != ".yaml") continue;
    for (const YAML::Node& document : YAML::LoadAllFromFile(file.path().string())) {
      const json object = to_json(document);
      if (!object.is_object() || !object.value("apiVersion", "").starts_with("guildhall.dev/")) continue;
      const std::string kind = object.at("kind");
      ++seen[kind];
      const auto back = tested_kind(kind).round_trip(object);
      ASSERT_TRUE(back) << file.path() << ": " << back.error().describe();
      expect_contains(*back, object, kind);
    }
  }
  for (const TestedKind& kind : tested_kinds())
    EXPECT_GT(seen[kind.model.name], 0) << kind.model.name << " has no example";
}

}  // namespace
}  // namespace guildhall::api
