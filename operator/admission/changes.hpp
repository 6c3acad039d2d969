#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/admission/review.hpp"
#include "operator/core/field_change.hpp"
#include "operator/core/object_meta.hpp"
#include "operator/core/result.hpp"
#include "operator/core/seal.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::admission {

/// On our objects: who changed which fields, when and how, since the object was made; sealed.
inline constexpr const char* kChangesAnnotation = "guildhall.dev/changes";
/// The oldest entries go first, but for who created the object. The next one then names the newest that went.
inline constexpr std::size_t kMostEntries = 20;

/// Values are JSON text, cut when long; a list or an object is compared as a whole below its second level.
using core::FieldChange;

/// How two specs differ, by field: whatever makes the API server count another generation shows.
std::vector<FieldChange> differences(const nlohmann::json& old_spec, const nlohmann::json& new_spec);

/// The patch that gives the object of a creation or an update the annotation that it should have: the old object's,
/// with an entry for each field that changed; where the spec did not change, just the old object's, whatever the user
/// wrote there. Null: it has that already. Guarantees: the same review gives the same patch but for time and seal;
/// a write that changes nothing is not changed. An annotation whose seal does not hold begins anew.
core::Result<nlohmann::json> changes_patch(const Review& review, const core::Sealer& sealer, core::Timestamp now);

/// What has to be known of an entry that went.
struct DroppedEntry {
  std::string id;
  core::Timestamp at;
  std::int64_t generation = 0;
  FieldChange change;  ///< without its old value
};

/// One entry, as it is read back.
struct ChangeEntry {
  std::string id;  ///< of the admission request
  core::Timestamp at;
  std::string user;
  std::string credential;       ///< of core::credential_kind()
  std::int64_t generation = 0;  ///< that the change brought the object to, a deletion not counted; 0: not noted
  FieldChange change;
  std::optional<DroppedEntry> dropped;  ///< the newest of those that stood between it and the one before it

  [[nodiscard]] bool is_creation() const;
};

/// What the annotation says of an object of that kind; nothing where its seal does not hold.
std::vector<ChangeEntry> read_changes(const std::string& kind, const core::ObjectMeta& object,
                                      const core::Sealer& sealer);

/// Whether the object's record is sealed by a key that is not kept: it says nothing, neither that somebody was asked
/// nor that nobody was.
bool is_record_by_unknown_key(const core::ObjectMeta& object, const core::Sealer& sealer);

}  // namespace guildhall::admission
