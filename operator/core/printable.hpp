#pragma once

#include <string>
#include <string_view>

namespace guildhall::core {

/// Text for a terminal, whoever wrote it: control characters, characters that turn the direction of writing or break
/// lines, and what is no UTF-8 are shown as \x1b or \u202e. Tabs and line feeds too: it stays one line.
std::string printable(std::string_view text);

/// The same line by line, each ended: line feeds part them.
std::string printable_lines(std::string_view text);

/// A JSON or YAML document for a terminal: the same characters, but for line feeds, become \u202e. They stand only in
/// quoted strings there, where that means the same.
std::string printable_document(std::string_view document);

/// Whether printable() would change it.
bool is_printable(std::string_view text);

/// Printable text of at most that many columns; what is cut off leaves "…" as its last one. `columns`: 1 at least.
/// Takes no longer for a long text.
std::string printable_within(std::string_view text, std::size_t columns);

/// How many columns printable text takes: one for each character.
std::size_t width(std::string_view text);

}  // namespace guildhall::core
