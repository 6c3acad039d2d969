#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "operator/core/audit_action.hpp"
#include "operator/core/audit_entry.hpp"
#include "operator/core/field_change.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::core {

/// The actor of what nobody noted.
inline constexpr const char* kUnknownUser = "(unknown)";

/// Something to be told of an object, as an Event and in the log: an entry but for whose log it is in.
struct AuditNote {
  ActionName action;
  std::string note;      ///< at most 1024 bytes; never holds a secret
  std::string identity;  ///< what makes this occurrence one: the same identity is never told twice
  // With initializers GCC lets a designated one leave them out.
  // NOLINTBEGIN(readability-redundant-member-init)
  AuditActor actor = {};  ///< Guildhall itself, when neither user nor email is set
  AuditSource source = AuditSource::Reconciler;
  std::vector<FieldChange> changes = {};
  std::optional<Timestamp> at = {};  ///< unset: when it is told
  std::int64_t count = 1;            ///< of how many alike it tells
  std::string unless_told = {};      ///< the identity of another of the object; once that was told, this is not true
  // NOLINTEND(readability-redundant-member-init)
  bool operator==(const AuditNote&) const = default;
};

/// The note as an object's status keeps it until it is told (`status.audit`).
nlohmann::json audit_note_json(const AuditNote& note);

}  // namespace guildhall::core
