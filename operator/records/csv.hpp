#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/core/audit_query.hpp"

namespace guildhall::records {

/// The columns, in the order of contract.yaml, and CRLF. Source, here and below: RFC 4180.
std::string_view csv_header();

/// Appends the row of an entry and CRLF: time to the microsecond, changes as csv_changes() writes them.
void append_csv_row(std::string& out, const core::RecordedEntry& entry);

/// Appends one cell. No spreadsheet takes what others wrote for a formula: an apostrophe is put before each = + - @
/// (also their full-width forms) and apostrophe that begins the cell, or that follows a comma, a semicolon, a quote, a
/// tab or a line end in it, as those are another spreadsheet's separators; and before a tab, line end or NUL that
/// begins the cell. Spaces between do not matter. Source: OWASP, "CSV Injection".
void append_csv_cell(std::string& out, std::string_view text);

/// What append_csv_cell was given, from what a reader of CSV gives: one apostrophe is taken away at each such place.
std::string unguarded(std::string_view cell);

/// "spec.role: Viewer -> Editor; spec.state: Active -> ". In it, a backslash stands before each \ and ; and >, and in
/// the field before each colon, so that it can be taken apart again.
std::string csv_changes(const std::vector<core::FieldChange>& changes);

}  // namespace guildhall::records
