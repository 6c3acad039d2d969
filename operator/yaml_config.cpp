#include "operator/yaml_config.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>
#include <sstream>

namespace guildhall {
namespace {

/// userTemplate: user-template.
std::string with_dashes(const std::string& name) {
  std::string result;
  for (const char letter : name) {
    const bool is_capital = letter >= 'A' && letter <= 'Z';
    if (is_capital) result += '-';
    result += is_capital ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return result;
}

class YamlConfig final : public CLI::Config {
 public:
  /// Both outlive it.
  YamlConfig(const CLI::App& run, const CLI::Option& file) : run_(run), file_(file) {}

  std::string to_config(const CLI::App* /*app*/, bool /*default_also*/, bool /*write_description*/,
                        std::string /*prefix*/) const override {
    return {};
  }

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::stringstream text;
    text << input.rdbuf();
    std::vector<CLI::ConfigItem> items;
    const YAML::Node root = load(text.str());
    if (!root.IsMap() && !root.IsNull()) throw problem("must be a YAML mapping of flag names to values");
    std::set<std::string> names;
    for (const auto& entry : root) {
      const auto name = entry.first.as<std::string>();
      if (!names.insert(name).second) throw problem(fmt::format("the key {} stands twice", name));
      if (entry.second.IsMap() && (find(name) == nullptr || begins_flags(name))) {
        add_group(name, entry.second, items);
      } else {
        items.push_back(item(name, name, entry.second));
      }
    }
    return items;
  }

 private:
  [[nodiscard]] CLI::ConfigError problem(const std::string& what) const {
    return CLI::ConfigError(fmt::format("--config: {}: {}", file_.as<std::string>(), what));
  }

  [[nodiscard]] YAML::Node load(const std::string& text) const {
    try {
      return YAML::Load(text);
    } catch (const YAML::Exception& error) {
      throw problem(error.what());
    }
  }

  [[nodiscard]] const CLI::Option* find(const std::string& flag) const { return run_.get_option_no_throw("--" + flag); }

  [[nodiscard]] bool begins_flags(const std::string& name) const {
    return std::ranges::any_of(run_.get_options(), [&](const CLI::Option* option) {
      return std::ranges::any_of(option->get_lnames(),
                                 [&](const std::string& flag) { return flag.starts_with(name + "-"); });
    });
  }

  /// identity: {userTemplate: x} is the flag --identity-user-template.
  void add_group(const std::string& group, const YAML::Node& entries, std::vector<CLI::ConfigItem>& items) const {
    std::set<std::string> names;
    for (const auto& entry : entries) {
      const auto name = entry.first.as<std::string>();
      const std::string whole = fmt::format("{}.{}", group, name);
      if (!names.insert(name).second) throw problem(fmt::format("the key {} stands twice", whole));
      items.push_back(item(whole, fmt::format("{}-{}", group, with_dashes(name)), entry.second));
    }
  }

  [[nodiscard]] CLI::ConfigItem item(const std::string& name, const std::string& flag, const YAML::Node& value) const {
    if (find(flag) == nullptr)
      throw problem(fmt::format("the key {} is unknown; keys are the names of the flags of `{} run`, without dashes",
                                name, run_.get_parent()->get_name()));
    CLI::ConfigItem result;
    result.parents = {"run"};
    result.name = flag;
    if (value.IsScalar()) {
      result.inputs = {value.as<std::string>()};
    } else if (value.IsSequence()) {
      for (const auto& element : value)
        result.inputs.push_back(element.as<std::string>());
    } else {
      throw problem(name + " must be a value or a list of values");
    }
    return result;
  }

  const CLI::App& run_;
  const CLI::Option& file_;
};

}  // namespace

std::shared_ptr<CLI::Config> make_yaml_config(const CLI::App& run, const CLI::Option& file) {
  return std::make_shared<YamlConfig>(run, file);
}

}  // namespace guildhall
