#pragma once

#include <string>

#include "operator/core/audit_entry.hpp"

namespace guildhall::audit {

/// What an Event says of a change, for people: "ada@acme.example: spec.role Viewer -> Editor". No longer than an
/// Event's note may be.
std::string sentence(const core::AuditEntry& entry);

/// The same for a place where others read too: which fields, and where the rest is to be read.
std::string outline(const core::AuditEntry& entry);

}  // namespace guildhall::audit
