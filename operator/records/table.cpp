#include "operator/records/table.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "operator/core/printable.hpp"
#include "operator/core/text.hpp"
#include "operator/core/utf8.hpp"
#include "operator/records/entry_object.hpp"
#include "operator/records/json_text.hpp"

namespace guildhall::records {

namespace {

constexpr std::size_t kWidth = 64;
constexpr std::size_t kNoteWidth = 100;

struct Column {
  const char* name;
  const char* type;
  const char* format;
  int priority;  ///< above 0: with -o wide
  const char* description;
};

constexpr std::array kColumns{
    Column{"Time", "string", "date-time", 0, "When it happened, in UTC."},
    Column{"Actor", "string", "", 0, "Who did it: the Member's email, or the Kubernetes user if it is no Member."},
    Column{"Action", "string", "", 0, "What happened; (x12) when one record tells of 12 alike."},
    Column{"Object", "string", "", 0, "To what: kind/name."},
    Column{"Changes", "string", "", 0, "The fields that changed, each with its old and new value."},
    Column{"Outcome", "string", "", 0, "Success, or Refused when Guildhall or the API server did not do it."},
    Column{"User", "string", "", 1, "The Kubernetes user, as the API server told it."},
    Column{"Credential", "string", "", 1, "What the user showed: ClientCertificate, OIDC, ServiceAccountToken, ..."},
    Column{"Source", "string", "", 1, "Who saw it: Admission, Gate, Reconciler, APIServer, PublicPage."},
    Column{"Scope", "string", "", 1, "Organization: its people, keys and settings. Deployment: what runs for it."},
    Column{"Index", "integer", "", 1, "Its place in the Organization's log, from 0."},
    Column{"Name", "string", "name", 1, "The record's id, for kubectl get auditentries <name>."},
    Column{"Note", "string", "", 1, "A sentence for people."},
};

/// Appends the cells of one row.
class Cells {
 public:
  explicit Cells(std::string& out) : out_(out) { out_ += '['; }
  void add(std::string_view text, std::size_t width = kWidth) {
    separate();
    append_json_string(out_, cell_text(text, width));
  }
  void add_number(std::uint64_t value) {
    separate();
    out_ += std::to_string(value);
  }
  void close() { out_ += ']'; }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }

  std::string& out_;
  bool first_ = true;
};

std::string action_text(const core::AuditEntry& entry) {
  return entry.count == 1 ? entry.action : fmt::format("{} (x{})", entry.action, entry.count);
}

/// In the order of kColumns.
void append_cells(std::string& out, const core::RecordedEntry& recorded) {
  const core::AuditEntry& entry = recorded.entry;
  Cells cells(out);
  cells.add(core::format_timestamp(entry.time));
  cells.add(entry.actor.email.empty() ? entry.actor.user : entry.actor.email);
  cells.add(action_text(entry));
  cells.add(entry.object.to_string());
  cells.add(changes_text(entry.changes));
  cells.add(word_of(entry.outcome));
  cells.add(entry.actor.user);
  cells.add(entry.actor.credential);
  cells.add(word_of(entry.source));
  cells.add(word_of(entry.scope));
  cells.add_number(recorded.index);
  cells.add(entry.id, entry.id.size());
  cells.add(entry.note, kNoteWidth);
  cells.close();
}

std::string_view value_text(const std::string& value) {
  return value.empty() ? std::string_view("<none>") : std::string_view(value);
}

}  // namespace

const std::string& table_columns() {
  static const std::string text = [] {
    nlohmann::json columns = nlohmann::json::array();
    for (const Column& column : kColumns)
      columns.push_back({{"name", column.name},
                         {"type", column.type},
                         {"format", column.format},
                         {"description", column.description},
                         {"priority", column.priority}});
    return columns.dump();
  }();
  return text;
}

void append_table_row(std::string& out, const core::RecordedEntry& entry, std::string_view ns,
                      const Representation& wanted) {
  JsonObject row(out);
  append_cells(row.member("cells"), entry);
  if (wanted.rows == RowObject::Object) append_entry(row.member("object"), entry, ns);
  if (wanted.rows == RowObject::Metadata) append_partial_metadata(row.member("object"), entry, ns, wanted.meta_version);
  if (wanted.rows == RowObject::None) row.member("object") += "null";
  row.close();
}

std::string changes_text(const std::vector<core::FieldChange>& changes) {
  std::string text;
  for (const core::FieldChange& change : changes) {
    if (text.size() > kWidth * 4) break;  // the rest is cut anyway
    text += fmt::format("{}{}: {} -> {}", text.empty() ? "" : ", ", change.field,
                        core::cut_text(value_text(change.old_value), kWidth * 4),
                        core::cut_text(value_text(change.new_value), kWidth * 4));
  }
  return text;
}

std::string cell_text(std::string_view text, std::size_t width) {
  return text.empty() ? "<none>" : core::printable_within(text, width);
}

}  // namespace guildhall::records
