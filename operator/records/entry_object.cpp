#include "operator/records/entry_object.hpp"

#include "operator/records/json_text.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

/// As core::AuditOrganization::home is said to be: absent means the name.
std::string_view home_of(const core::AuditOrganization& organization) {
  return organization.home.empty() ? organization.name : organization.home;
}

void append_metadata(std::string& out, const core::RecordedEntry& recorded, std::string_view ns) {
  const core::AuditEntry& entry = recorded.entry;
  JsonObject(out)
      .text("name", entry.id)
      .text("namespace", ns.empty() ? home_of(entry.organization) : ns)
      .text("uid", entry.id)
      .text("resourceVersion", version_of(recorded.position.row))
      .text("creationTimestamp", core::format_timestamp(entry.time))
      .close();
}

void append_changes(std::string& out, const std::vector<core::FieldChange>& changes) {
  out += '[';
  for (const core::FieldChange& change : changes) {
    if (&change != &changes.front()) out += ',';
    JsonObject(out)
        .text("field", change.field)
        .text_if("old", change.old_value)
        .text_if("new", change.new_value)
        .close();
  }
  out += ']';
}

void append_facts(JsonObject& object, const core::AuditEntry& entry) {
  object.text("time", core::format_micro_timestamp(entry.time));
  JsonObject(object.member("organization"))
      .text("name", entry.organization.name)
      .text("uid", entry.organization.uid)
      .close();
  object.text("scope", word_of(entry.scope)).text("action", entry.action).text("outcome", word_of(entry.outcome));
  JsonObject(object.member("actor"))
      .text_if("email", entry.actor.email)
      .text_if("user", entry.actor.user)
      .text_if("credential", entry.actor.credential)
      .close();
  object.text("source", word_of(entry.source));
  JsonObject(object.member("object"))
      .text("kind", entry.object.kind)
      .text("name", entry.object.name)
      .text_if("uid", entry.object.uid)
      .close();
  if (!entry.changes.empty()) append_changes(object.member("changes"), entry.changes);
  object.text_if("note", entry.note);
  if (entry.count != 1) object.number("count", entry.count);
}

}  // namespace

void append_entry(std::string& out, const core::RecordedEntry& entry, std::string_view ns) {
  JsonObject object(out);
  object.text("apiVersion", kApiVersion).text("kind", kAuditEntry);
  append_metadata(object.member("metadata"), entry, ns);
  append_facts(object, entry.entry);
  object.number("index", static_cast<std::int64_t>(entry.index)).close();
}

void append_partial_metadata(std::string& out, const core::RecordedEntry& entry, std::string_view ns,
                             std::string_view meta_version) {
  JsonObject object(out);
  object.text("apiVersion", std::string(kMetaGroup) + "/" + std::string(meta_version));
  object.text("kind", "PartialObjectMetadata");
  append_metadata(object.member("metadata"), entry, ns);
  object.close();
}

std::string version_of(std::int64_t row) {
  return std::to_string(row);
}

}  // namespace guildhall::records
