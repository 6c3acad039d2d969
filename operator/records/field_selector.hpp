#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/core/result.hpp"

namespace guildhall::records {

/// One term of a field selector: `key=value` or `key!=value`.
struct FieldTerm {
  std::string key;
  std::string value;
  bool equal = true;
  bool operator==(const FieldTerm&) const = default;
};

/// Reads a field selector as the API server does: terms parted by commas, `=`, `==` or `!=`, and in the value \, \= \\.
/// Empty terms are passed over. Errors: Invalid. Source: k8s.io/apimachinery, pkg/fields.
core::Result<std::vector<FieldTerm>> parse_field_selector(std::string_view selector);

/// Entries have no labels: empty text when the selector holds for what has none (as `!a`, `a!=b`, `a notin (b)` do),
/// else why it is refused. Source: k8s.io/apimachinery, pkg/labels.
std::string problem_of_label_selector(std::string_view selector);

}  // namespace guildhall::records
