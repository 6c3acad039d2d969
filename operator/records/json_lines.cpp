#include "operator/records/json_lines.hpp"

#include "operator/records/entry_object.hpp"

namespace guildhall::records {

void append_json_line(std::string& out, const core::RecordedEntry& entry, std::string_view ns) {
  append_entry(out, entry, ns);
  out += '\n';
}

}  // namespace guildhall::records
