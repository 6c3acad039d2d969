#include "operator/core/audit_note.hpp"

#include <nlohmann/json.hpp>

namespace guildhall::core {

namespace {

void put(nlohmann::json& object, const char* name, std::string_view text) {
  if (!text.empty()) object[name] = text;
}

}  // namespace

nlohmann::json audit_note_json(const AuditNote& note) {
  nlohmann::json object = {{"action", note.action.text()}, {"occurrence", note.identity}};
  put(object, "note", note.note);
  put(object, "email", note.actor.email);
  put(object, "user", note.actor.user);
  put(object, "credential", note.actor.credential);
  put(object, "source", word_of(note.source));
  if (note.at) object["at"] = format_micro_timestamp(*note.at);
  for (const FieldChange& change : note.changes) {
    nlohmann::json one = {{"field", change.field}};
    put(one, "old", change.old_value);
    put(one, "new", change.new_value);
    object["changes"].push_back(std::move(one));
  }
  return object;
}

}  // namespace guildhall::core
