#include "operator/records/field_selector.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/core/text.hpp"

namespace guildhall::records {

namespace {

/// Takes the text before the next comma that no backslash stands before.
std::string_view take_term(std::string_view& selector) {
  bool escaped = false;
  std::size_t end = 0;
  for (; end < selector.size(); ++end) {
    if (!escaped && selector[end] == ',') break;
    escaped = !escaped && selector[end] == '\\';
  }
  const std::string_view term = selector.substr(0, end);
  selector.remove_prefix(std::min(end + 1, selector.size()));
  return term;
}

core::Result<std::string> unescaped(std::string_view value) {
  std::string plain;
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (value[at] == ',' || value[at] == '=')
      return core::fail(core::ErrorKind::Invalid,
                        fmt::format("invalid field selector: unescaped character in value: {}", value[at]));
    if (value[at] != '\\') {
      plain += value[at];
      continue;
    }
    const std::string_view sequence = value.substr(at, 2);
    if (sequence != "\\\\" && sequence != "\\," && sequence != "\\=")
      return core::fail(core::ErrorKind::Invalid,
                        fmt::format("invalid field selector: invalid escape sequence: {}", sequence));
    plain += sequence[1];
    ++at;
  }
  return plain;
}

/// Where the first operator stands and how long it is; npos: nowhere.
std::pair<std::size_t, std::size_t> find_operator(std::string_view term) {
  for (std::size_t at = 0; at < term.size(); ++at) {
    if (term.substr(at).starts_with("!=") || term.substr(at).starts_with("==")) return {at, 2};
    if (term[at] == '=') return {at, 1};
  }
  return {std::string_view::npos, 0};
}

/// Takes the text before the next comma that stands in no parentheses.
std::string_view take_requirement(std::string_view& selector) {
  bool inside = false;
  std::size_t end = 0;
  for (; end < selector.size() && (inside || selector[end] != ','); ++end) {
    if (selector[end] == '(') inside = true;
    if (selector[end] == ')') inside = false;
  }
  const std::string_view requirement = selector.substr(0, end);
  selector.remove_prefix(std::min(end + 1, selector.size()));
  return core::trimmed(requirement);
}

bool holds_without_labels(std::string_view requirement) {
  if (requirement.starts_with('!')) return requirement.find('=') == std::string_view::npos;
  const auto parenthesis = requirement.find('(');
  if (parenthesis != std::string_view::npos) {
    const std::string_view head = core::trimmed(requirement.substr(0, parenthesis));
    return requirement.ends_with(')') && (head.ends_with(" notin") || head.ends_with("\tnotin"));
  }
  return requirement.find("!=") != std::string_view::npos;
}

}  // namespace

core::Result<std::vector<FieldTerm>> parse_field_selector(std::string_view selector) {
  std::vector<FieldTerm> terms;
  for (std::string_view rest = selector; !rest.empty();) {
    const std::string_view term = take_term(rest);
    if (term.empty()) continue;
    const auto [at, length] = find_operator(term);
    if (at == std::string_view::npos)
      return core::fail(core::ErrorKind::Invalid,
                        fmt::format("invalid selector: '{}'; can't understand '{}'", selector, term));
    auto value = unescaped(term.substr(at + length));
    if (!value) return std::unexpected(std::move(value.error()));
    terms.push_back({.key = std::string(term.substr(0, at)), .value = *std::move(value), .equal = term[at] != '!'});
  }
  return terms;
}

std::string problem_of_label_selector(std::string_view selector) {
  for (std::string_view rest = selector; !rest.empty();) {
    const std::string_view requirement = take_requirement(rest);
    if (!requirement.empty() && !holds_without_labels(requirement))
      return fmt::format(
          "records have no labels, so the label selector '{}' can match nothing: select by fields, for example "
          "--field-selector action=MemberRoleChanged",
          requirement);
  }
  return {};
}

}  // namespace guildhall::records
