#pragma once

#include <string>
#include <string_view>

#include "operator/core/audit_query.hpp"

namespace guildhall::records {

/// Appends the AuditEntry as `kubectl get -o json` shows it, on one line. Source: jsonlines.org.
void append_json_line(std::string& out, const core::RecordedEntry& entry, std::string_view ns);

}  // namespace guildhall::records
