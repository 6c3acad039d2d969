#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operator/core/audit_entry.hpp"

namespace guildhall::core {

/// canonical_audit_entry() without a tree of JSON between: a log of millions is written and read by these.
std::string write_canonical_audit_entry(const AuditEntry& entry);

/// Reads just what write_canonical_audit_entry() writes. Unset: it is something else, an entry in another form perhaps.
std::optional<AuditEntry> read_canonical_audit_entry(std::string_view text);

}  // namespace guildhall::core
