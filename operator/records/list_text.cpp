#include "operator/records/list_text.hpp"

#include "operator/records/entry_object.hpp"
#include "operator/records/json_text.hpp"
#include "operator/records/table.hpp"
#include "operator/records/words.hpp"

namespace guildhall::records {

namespace {

std::string meta_api_version(const Representation& wanted) {
  return std::string(kMetaGroup) + "/" + wanted.meta_version;
}

void append_list_metadata(std::string& out, std::int64_t resource_version, const std::string& continue_token) {
  JsonObject(out).text("resourceVersion", version_of(resource_version)).text_if("continue", continue_token).close();
}

/// The head of a Table; its rows are to follow.
void begin_table(JsonObject& table, const Representation& wanted) {
  table.text("kind", "Table").text("apiVersion", meta_api_version(wanted));
}

/// What a bookmark is about: an object with nothing but a version.
void append_bookmark_object(std::string& out, const Representation& wanted, std::int64_t resource_version,
                            bool initial_end) {
  JsonObject object(out);
  object.text("kind", wanted.form == Form::Plain ? kAuditEntry : "PartialObjectMetadata");
  object.text("apiVersion", wanted.form == Form::Plain ? std::string(kApiVersion) : meta_api_version(wanted));
  JsonObject metadata(object.member("metadata"));
  metadata.text("resourceVersion", version_of(resource_version));
  metadata.member("creationTimestamp") += "null";
  if (initial_end) metadata.member("annotations") += R"({"k8s.io/initial-events-end":"true"})";
  metadata.close();
  object.close();
}

}  // namespace

void EntryText::begin_list(std::string& out, std::int64_t resource_version, const std::string& continue_token) {
  JsonObject list(out);
  if (wanted_.form == Form::Plain) list.text("kind", "AuditEntryList").text("apiVersion", kApiVersion);
  if (wanted_.form == Form::Metadata)
    list.text("kind", "PartialObjectMetadataList").text("apiVersion", meta_api_version(wanted_));
  if (wanted_.form == Form::Table) begin_table(list, wanted_);
  append_list_metadata(list.member("metadata"), resource_version, continue_token);
  if (wanted_.form == Form::Table) list.member("columnDefinitions") += table_columns();
  list.member(wanted_.form == Form::Table ? "rows" : "items") += '[';
}

void EntryText::add(std::string& out, const core::RecordedEntry& entry) {
  if (!first_) out += ',';
  first_ = false;
  append_item(out, entry);
}

void EntryText::append_item(std::string& out, const core::RecordedEntry& entry) const {
  switch (wanted_.form) {
    case Form::Plain:
      append_entry(out, entry, ns_);
      return;
    case Form::Metadata:
      append_partial_metadata(out, entry, ns_, wanted_.meta_version);
      return;
    case Form::Table:
      append_table_row(out, entry, ns_, wanted_);
      return;
  }
}

void EntryText::append_one(std::string& out, const core::RecordedEntry& entry) const {
  if (wanted_.form != Form::Table) {
    append_item(out, entry);
    out += '\n';
    return;
  }
  JsonObject table(out);
  begin_table(table, wanted_);
  append_list_metadata(table.member("metadata"), entry.position.row, {});
  table.member("columnDefinitions") += table_columns();
  append_item(table.member("rows") += '[', entry);
  out += "]}\n";
}

void EntryText::append_event_table(std::string& out, std::int64_t resource_version, const std::string& row) {
  JsonObject table(out);
  begin_table(table, wanted_);
  append_list_metadata(table.member("metadata"), resource_version, {});
  table.member("columnDefinitions") += first_ ? table_columns() : "null";
  first_ = false;
  table.member("rows") += "[" + row + "]";
  table.close();
}

void EntryText::append_added(std::string& out, const core::RecordedEntry& entry) {
  JsonObject event(out);
  event.text("type", "ADDED");
  if (wanted_.form == Form::Table) {
    std::string row;
    append_item(row, entry);
    append_event_table(event.member("object"), entry.position.row, row);
  } else {
    append_item(event.member("object"), entry);
  }
  event.close();
  out += '\n';
}

void EntryText::append_bookmark(std::string& out, std::int64_t resource_version, bool initial_end) {
  JsonObject event(out);
  event.text("type", "BOOKMARK");
  if (wanted_.form == Form::Table) {
    std::string row = R"({"cells":[],"object":)";
    append_bookmark_object(row, wanted_, resource_version, initial_end);
    append_event_table(event.member("object"), resource_version, row + "}");
  } else {
    append_bookmark_object(event.member("object"), wanted_, resource_version, initial_end);
  }
  event.close();
  out += '\n';
}

}  // namespace guildhall::records
