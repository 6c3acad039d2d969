#include "crds/generator/text_form.hpp"

#include <string_view>

#include "crds/generator/keywords.hpp"

namespace guildhall::crds::generator {
namespace {

// Empty: the rule is another one, or more than a pattern.
std::string pattern_of(const std::string& rule) {
  constexpr std::string_view kBegin = "self.matches(";
  if (!rule.starts_with(kBegin) || rule.size() < kBegin.size() + 3) return {};
  const char quote = rule[kBegin.size()];
  if ((quote != '\'' && quote != '"') || !rule.ends_with(std::string{quote, ')'})) return {};
  const std::string pattern = rule.substr(kBegin.size() + 1, rule.size() - kBegin.size() - 3);
  return pattern.find_first_of(std::string{quote, '\\'}) == std::string::npos ? pattern : std::string();
}

}  // namespace

std::optional<TextForm> form_of(const YAML::Node& schema) {
  const std::string most = text_of(schema, "maxLength");
  if (text_of(schema, "type") != "string" || most.empty()) return std::nullopt;
  for (const YAML::Node& rule : schema["x-kubernetes-validations"]) {
    const std::string pattern = pattern_of(text_of(rule, "rule"));
    if (!pattern.empty())
      return TextForm{.most_characters = most, .pattern = pattern, .message = text_of(rule, "message")};
  }
  return std::nullopt;
}

}  // namespace guildhall::crds::generator
