#include "operator/admission/deletion_note.hpp"

#include <fmt/format.h>

#include <utility>

#include "operator/admission/change_notes.hpp"
#include "operator/admission/changes.hpp"
#include "operator/admission/first_values.hpp"
#include "operator/core/json_member.hpp"
#include "operator/core/object_meta.hpp"

namespace guildhall::admission {

namespace {

using nlohmann::json;

json member_of(const json& object, const char* name) {
  return object.is_object() ? object.value(name, json::object()) : json::object();
}

std::vector<core::FieldChange> what_it_was(const json& object) {
  const json spec = member_of(object, "spec");
  std::vector<core::FieldChange> fields = differences(spec.is_object() ? spec : json::object(), json::object());
  if (fields.size() > kMostFieldsTold) fields.resize(kMostFieldsTold);
  for (core::FieldChange& field : fields)
    field.old_value = shown_value(field.old_value);
  return fields;
}

core::AuditNote note_of(const Review& review, core::ActionName action, std::string why) {
  return {.action = action,
          .note = std::move(why),
          .identity = fmt::format("{}/{}", action.text(), review.uid),
          .actor = actor_of(review.user),
          .source = core::AuditSource::Admission};
}

}  // namespace

core::AuditActor actor_of(const core::User& user) {
  return {.email = {}, .user = user.name, .credential = std::string(core::credential_kind(user))};
}

core::Result<ReviewedObject> reviewed_object(const Review& review) {
  const json& object = review.standing();
  const auto metadata = core::parse_object_meta(member_of(object, "metadata"));
  if (!metadata) return std::unexpected(metadata.error());
  const std::string api_version = core::text_at(object, "apiVersion");
  const auto slash = api_version.find('/');
  if (slash == std::string::npos) return core::fail(core::ErrorKind::Invalid, "an object without a group");
  return ReviewedObject{.type = {.group = api_version.substr(0, slash),
                                 .version = api_version.substr(slash + 1),
                                 .plural = review.resource,
                                 .kind = core::text_at(object, "kind"),
                                 .namespaced = !metadata->ns.empty()},
                        .key = metadata->key(),
                        .uid = metadata->uid};
}

std::optional<core::AuditNote> deletion_note(const Review& review, bool leaves, core::Timestamp now) {
  const json& object = review.old_object;
  if (review.dry_run || !object.is_object() || member_of(object, "metadata").contains("deletionTimestamp"))
    return std::nullopt;
  const std::string kind = core::text_at(object, "kind");
  const core::AuditAction* action = core::find_audit_action(kind + (leaves ? "Left" : "Deleted"));
  if (action == nullptr) return std::nullopt;
  core::AuditNote note = note_of(review, core::ActionName(*action), "");
  note.identity =
      fmt::format("{}/{}/{}/{}", core::text_at(member_of(object, "metadata"), "uid"), action->name, review.user.name,
                  std::chrono::floor<std::chrono::seconds>(now).time_since_epoch() / kSameDeletion);
  note.changes = what_it_was(object);
  return note;
}

std::optional<core::AuditNote> refusal_note(const Review& review, core::ActionName action, std::string why) {
  if (review.dry_run) return std::nullopt;
  core::AuditNote note = note_of(review, action, std::move(why));
  if (review.operation == Operation::Delete)
    note.changes = {{.field = "object", .old_value = "", .new_value = "deleted"}};
  if (review.operation == Operation::Update) {
    note.changes = differences(member_of(review.old_object, "spec"), member_of(review.object, "spec"));
    for (core::FieldChange& change : note.changes)
      change = {change.field, shown_value(change.old_value), shown_value(change.new_value)};
  }
  return note;
}

}  // namespace guildhall::admission
