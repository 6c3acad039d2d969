#pragma once

#include <string>
#include <vector>

#include "operator/plugin/entry_view.hpp"
#include "operator/plugin/table.hpp"

namespace guildhall::plugin {

struct EntryColumns {
  bool with_namespace = false;  ///< first, as with `kubectl get -A`
  bool wide = false;            ///< user, credential, source, scope, index, name and note as well
};

/// The columns of `kubectl get auditentries`, in its order; long cells are cut, and end in an ellipsis then.
Table entry_table(const std::vector<EntryView>& entries, const EntryColumns& columns);

/// An entry as one line without its end, printable, columns two spaces apart: time, actor, action, object, outcome, and
/// the changes, or else the note.
std::string entry_line(const EntryView& entry, const EntryColumns& columns);

}  // namespace guildhall::plugin
