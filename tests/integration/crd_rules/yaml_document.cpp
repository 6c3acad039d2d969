#include "tests/integration/crd_rules/yaml_document.hpp"

#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace guildhall::tests::crd_rules {
namespace {

nlohmann::json scalar(const YAML::Node& node) {
  const bool quoted = node.Tag() == "!";
  const auto& text = node.Scalar();
  if (quoted) {
    return text;
  }
  if (text == "true" || text == "false") {
    return text == "true";
  }
  std::int64_t number = 0;
  const bool digits = !text.empty() && text.find_first_not_of("-0123456789") == std::string::npos;
  if (digits && YAML::convert<std::int64_t>::decode(node, number)) {
    return number;
  }
  return text;
}

nlohmann::json value(const YAML::Node& node) {
  if (node.IsMap()) {
    auto object = nlohmann::json::object();
    for (const auto& entry : node) {
      object[entry.first.Scalar()] = value(entry.second);
    }
    return object;
  }
  if (node.IsSequence()) {
    auto list = nlohmann::json::array();
    for (const auto& entry : node) {
      list.push_back(value(entry));
    }
    return list;
  }
  return node.IsScalar() ? scalar(node) : nlohmann::json();
}

}  // namespace

nlohmann::json read_yaml(const std::filesystem::path& file) {
  try {
    return value(YAML::LoadFile(file));
  } catch (const YAML::Exception& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
}

}  // namespace guildhall::tests::crd_rules
