#include "controllers/enforcement/path_expressions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

namespace guildhall::controllers::enforcement {

namespace {

constexpr std::string_view kTenant = "<tenant>";
constexpr std::string_view kName = "<name>";
constexpr std::string_view kBelow = "/**";

std::string literal(std::string_view text) {
  constexpr std::string_view kMeta = R"(\.+*?()|[]{}^$)";
  std::string result;
  for (const char c : text) {
    if (kMeta.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

/// As VictoriaMetrics takes it: the project may be left out when it is 0.
std::string tenant_expression(const gate::Tenant& tenant) {
  return tenant.project == 0 ? fmt::format("{}(:0)?", tenant.account)
                             : fmt::format("{}:{}", tenant.account, tenant.project);
}

std::string expression_of_pattern(std::string_view pattern, const gate::Tenant& tenant) {
  std::string result;
  while (!pattern.empty()) {
    if (pattern == kBelow) return result + "/.*";
    if (pattern.starts_with(kTenant)) {
      result += tenant_expression(tenant);
      pattern.remove_prefix(kTenant.size());
    } else if (pattern.starts_with(kName)) {
      result += "[^/]+";
      pattern.remove_prefix(kName.size());
    } else {
      result += literal(pattern.substr(0, 1));
      pattern.remove_prefix(1);
    }
  }
  return result;
}

std::vector<std::string> literals(const std::vector<std::string>& texts) {
  std::vector<std::string> result;
  result.reserve(texts.size());
  for (const std::string& text : texts)
    result.push_back(literal(text));
  return result;
}

}  // namespace

std::string expression_of(const PathExpression& what, const gate::PathTable& paths) {
  std::vector<std::string> alternatives;
  for (const std::string& pattern : paths.open_patterns(what.product, what.use))
    alternatives.push_back(expression_of_pattern(pattern, what.tenant));
  if (alternatives.empty() || what.names.empty()) return {};
  const std::string prefix = paths.optional_prefix(what.product);
  return fmt::format("/({}){}({})", fmt::join(literals(what.names), "|"),
                     prefix.empty() ? "" : fmt::format("({})?", literal(prefix)), fmt::join(alternatives, "|"));
}

}  // namespace guildhall::controllers::enforcement
