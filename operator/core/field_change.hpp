#pragma once

#include <string>

namespace guildhall::core {

/// One field that differs, with both values as text; an absent one is empty.
struct FieldChange {
  std::string field;  ///< "spec.role"
  std::string old_value;
  std::string new_value;
  bool operator==(const FieldChange&) const = default;
};

}  // namespace guildhall::core
