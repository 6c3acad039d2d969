#pragma once

#include <string>
#include <string_view>

#include "operator/core/audit_query.hpp"
#include "operator/records/negotiation.hpp"

namespace guildhall::records {

/// The columns as JSON: who did what, when, to what, and whether it was done; behind them, with -o wide, the rest.
/// Source: meta.k8s.io/v1 Table, TableColumnDefinition.
const std::string& table_columns();

/// Appends the row of an entry. No cell can steer a terminal, and long ones are cut.
void append_table_row(std::string& out, const core::RecordedEntry& entry, std::string_view ns,
                      const Representation& wanted);

/// "spec.role: Viewer -> Editor, spec.state: Active -> <none>".
std::string changes_text(const std::vector<core::FieldChange>& changes);

/// Text for a cell: printable, and of at most `width` characters, the last of them an ellipsis when it is cut. Empty
/// text is <none>.
std::string cell_text(std::string_view text, std::size_t width);

}  // namespace guildhall::records
