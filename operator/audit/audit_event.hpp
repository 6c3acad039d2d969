#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "operator/core/audit_entry.hpp"
#include "operator/core/audit_note.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/core/seal.hpp"
#include "operator/runtime/audit_trail.hpp"

namespace guildhall::audit {

using runtime::Regarding;

/// Every Event of ours says so, and so they are watched.
inline constexpr const char* kReportingController = "guildhall.dev/operator";
inline constexpr const char* kEntryAnnotation = "guildhall.dev/entry";  ///< the entry, in its canonical form
inline constexpr const char* kSealAnnotation = "guildhall.dev/seal";    ///< over the Event's place and the entry

/// The id of one occurrence, in 32 hexadecimal digits: of the object and of what makes the occurrence one.
std::string entry_id(const Regarding& regarding, std::string_view identity);

/// "<name of the object, cut>.<id>": the same occurrence has the same name, so that it is told once. At most 253
/// characters.
std::string event_name(std::string_view object_name, std::string_view id);

/// Who tells.
struct Reporter {
  std::string instance;  ///< which process
};

/// What an Event says for people, whatever it is for besides.
struct Telling {
  core::ActionName action;
  std::string note;  ///< cut at 1024 bytes, between two characters
  core::Timestamp at;
};

/// The events.k8s.io/v1 Event at that place: `regarding` as it is there. In the namespace of the object, or `default`
/// when it is cluster-scoped, where kubectl describe looks.
nlohmann::json audit_event(const core::ObjectKey& place, const Regarding& regarding, const Telling& telling,
                           const Reporter& reporter);

/// Puts the entry into the Event, sealed. Errors: Unavailable while there is no seal key.
core::Result<void> seal_entry(nlohmann::json& event, const core::AuditEntry& entry, const core::Sealer& sealer);

/// What is kept of an Event of ours.
struct EventView {
  core::ObjectKey key;
  std::string uid;
  std::string entry;  ///< the text of the annotation; empty: an Event without an entry
  std::string seal;
};

/// Errors: those of parse_object_meta().
core::Result<EventView> parse_event_view(const nlohmann::json& event);

/// The entry that the Event carries, if its seal holds for just this place. Unset: it carries none, or is a look-alike.
std::optional<core::AuditEntry> sealed_entry(const EventView& event, const core::Sealer& sealer);
/// Whether somebody else made the Event look as if it carried an entry. One by a key that is not kept proves nothing.
bool is_forged(const EventView& event, const core::Sealer& sealer);

}  // namespace guildhall::audit
