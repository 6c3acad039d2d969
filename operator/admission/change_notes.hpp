#pragma once

#include <string>
#include <vector>

#include "operator/core/audit_note.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/seal.hpp"

namespace guildhall::admission {

/// What `guildhall.dev/changes` says of an object of that kind, as it is told: one note for each request and each
/// action that it comes to, oldest first. Where the spec has changed since the newest entry was written, nobody was
/// asked then: one note says so, without who and what.
///
/// `creation`: the action of the object's creation. `is_ours`: Guildhall made the object, which nobody notes.
std::vector<core::AuditNote> change_notes(const std::string& kind, const core::ObjectMeta& object,
                                          const core::Sealer& sealer, core::ActionName creation, bool is_ours = false);

/// A value as it is shown: a text without its quotes, anything else as JSON.
std::string shown_value(const std::string& json_text);

}  // namespace guildhall::admission
