#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "operator/core/audit_note.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/seal.hpp"

namespace guildhall::admission {

/// An object as its record of changes is told. References outlive the call.
struct RecordedObject {
  const std::string& kind;
  const core::ObjectMeta& metadata;
  const nlohmann::json& spec;
  core::ActionName creation;  ///< the action of its creation
  bool is_ours = false;       ///< Guildhall made it, which nobody notes
};

/// What `guildhall.dev/changes` says of an object, as it is told: one note for each request and each action that it
/// comes to, oldest first. A creation has the values that the object began with, if they are known still. Where the
/// spec has changed since the newest entry was written, nobody was asked then: one note says so, without who and what.
std::vector<core::AuditNote> change_notes(const RecordedObject& object, const core::Sealer& sealer);

/// The values that the object began with, as `changes` of the entry that tells of its creation. None, if they are not
/// known any more.
std::vector<core::FieldChange> values_at_creation(const RecordedObject& object, const core::Sealer& sealer);

/// A value as it is shown: a text without its quotes, anything else as JSON.
std::string shown_value(const std::string& json_text);

}  // namespace guildhall::admission
