#include "operator/plugin/entry_table.hpp"

#include <iterator>

#include "operator/core/printable.hpp"

namespace guildhall::plugin {

namespace {

constexpr std::size_t kWidth = 64;
constexpr std::size_t kNoteWidth = 100;
constexpr std::size_t kLineWidth = 200;

void append(std::vector<std::string>& row, std::vector<std::string> more) {
  row.insert(row.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<std::string> row_of(const EntryView& entry, const EntryColumns& columns) {
  std::vector<std::string> row;
  if (columns.with_namespace) row.push_back(entry.ns);
  append(row,
         {entry.time, core::printable_within(entry.actor, kWidth), entry.action,
          core::printable_within(entry.object, kWidth), core::printable_within(entry.changes, kWidth), entry.outcome});
  if (columns.wide)
    append(row, {core::printable_within(entry.user, kWidth), entry.credential, entry.source, entry.scope,
                 std::to_string(entry.index), entry.name, core::printable_within(entry.note, kNoteWidth)});
  return row;
}

}  // namespace

Table entry_table(const std::vector<EntryView>& entries, const EntryColumns& columns) {
  Table table;
  if (columns.with_namespace) table.header.emplace_back("NAMESPACE");
  append(table.header, {"TIME", "ACTOR", "ACTION", "OBJECT", "CHANGES", "OUTCOME"});
  if (columns.wide) append(table.header, {"USER", "CREDENTIAL", "SOURCE", "SCOPE", "INDEX", "NAME", "NOTE"});
  for (const EntryView& entry : entries)
    table.rows.push_back(row_of(entry, columns));
  return table;
}

std::string entry_line(const EntryView& entry, const EntryColumns& columns) {
  std::vector<std::string> cells{entry.time, entry.actor, entry.action, entry.object, entry.outcome};
  if (columns.with_namespace) cells.insert(cells.begin() + 1, entry.ns);
  const std::string& rest = entry.changes.empty() ? entry.note : entry.changes;
  if (!rest.empty()) cells.push_back(core::printable_within(rest, kLineWidth));
  std::string line;
  for (const std::string& cell : cells)
    line += (line.empty() ? "" : "  ") + (cell.empty() ? "<none>" : core::printable(cell));
  return line;
}

}  // namespace guildhall::plugin
