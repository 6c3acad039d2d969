#include <algorithm>
#include <ostream>

#include "operator/core/printable.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/audit_selector.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/documents.hpp"
#include "operator/plugin/entry_table.hpp"
#include "operator/plugin/entry_view.hpp"
#include "operator/plugin/export_progress.hpp"
#include "operator/plugin/printing.hpp"
#include "operator/plugin/record_types.hpp"

namespace guildhall::plugin {

namespace {

void print_table(const Call& call, const ListAudit& command, const std::vector<nlohmann::json>& entries) {
  if (entries.empty()) {
    call.err << (command.all_namespaces
                     ? "No entries found\n"
                     : "No entries found in " + core::printable(call.session.ns()) + " namespace.\n");
    return;
  }
  const EntryColumns columns{.with_namespace = command.all_namespaces, .wide = call.invocation.output == Output::Wide};
  call.out << format_table(entry_table(entry_views(entries), columns), !call.invocation.no_headers);
}

void print(const Call& call, const ListAudit& command, std::vector<nlohmann::json> entries) {
  switch (call.invocation.output) {
    case Output::Table:
    case Output::Wide:
      print_table(call, command, entries);
      break;
    case Output::Name:
      for (const auto& entry : entries)
        call.out << core::printable(name_of(entry_view(entry))) << "\n";
      break;
    case Output::Json:
    case Output::Yaml:
      print_document(call.out, call.invocation.output, list_of(std::move(entries)));
  }
}

}  // namespace

Outcome run(const Call& call, const ListAudit& command) {
  const kube::Selection selection{.ns = command.all_namespaces ? "" : call.session.ns(),
                                  .label_selector = {},
                                  .field_selector = field_selector(command.selection)};
  auto listed = call.session.list_first(audit_entry_type(), selection, command.limit);
  if (!listed) return std::unexpected(std::move(listed.error()));
  const bool more = listed->more;
  print(call, command, std::move(listed->objects));
  // Behind the entries, also where both are one terminal.
  if (more)
    call.err << "There are more: --limit N shows N of them, --limit 0 all, and `audit export` writes them out.\n";
  return kDone;
}

}  // namespace guildhall::plugin
