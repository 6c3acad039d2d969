#pragma once

#include <string>
#include <string_view>

#include "operator/core/audit_entry.hpp"

namespace guildhall::store {

/// Looks for AuditFilter::text in what people read of an entry: action, email, user, object, note; field, old and new
/// value of changes. ASCII letters match in either case, all else byte by byte. An empty text stands in every entry.
class EntryText {
 public:
  explicit EntryText(std::string_view text);

  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] bool stands_in(const core::AuditEntry& entry) const;
  /// False: it does not stand in the entry of that canonical form. True: read it and ask stands_in().
  [[nodiscard]] bool may_stand_in(std::string_view canonical_entry) const;

 private:
  std::string text_;   // in lower case
  std::string piece_;  // of it, as it would stand in JSON
};

}  // namespace guildhall::store
