#pragma once

#include <map>
#include <string>
#include <string_view>

#include "operator/core/audit_entry.hpp"
#include "operator/core/audit_note.hpp"

namespace guildhall::audit {

/// What stands in an Organization: "Member/jane" by UID. Kept beside the log, so that what goes while nobody is asked
/// is missed later.
using Standing = std::map<std::string, std::string>;

/// JSON; what is none reads as nothing.
std::string format_standing(const Standing& standing);
Standing parse_standing(std::string_view text);

/// What stood before and does not now.
Standing gone(const Standing& before, const Standing& now);

/// Adds the object of the entry, if it is one of those that are kept so and the entry does not tell of its end.
void hear(const core::AuditEntry& entry, Standing& standing);

/// Whether the entry says that the object of that UID was deleted, by whomever.
bool tells_deletion(const core::AuditEntry& entry, std::string_view uid);

/// The entry of a deletion of which no webhook told: without who and when. `kind`: of the object, which is one of ours.
core::AuditNote unattended_deletion(std::string_view kind, std::string_view uid);

}  // namespace guildhall::audit
