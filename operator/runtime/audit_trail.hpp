#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "operator/core/audit_note.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"

namespace guildhall::runtime {

/// What a note is about.
struct Regarding {
  core::ResourceType type;
  core::ObjectKey key;
  std::string uid;  ///< empty when the object is gone
};

/// Where what happened is told, each occurrence once. Thread-safe.
class AuditTrail {
 public:
  AuditTrail() = default;
  AuditTrail(const AuditTrail&) = delete;
  AuditTrail& operator=(const AuditTrail&) = delete;
  virtual ~AuditTrail() = default;

  /// Of what stands noted on an object, what has not been told yet and can be now. Reads memory and the log only.
  [[nodiscard]] virtual std::vector<core::AuditNote> untold(const Regarding& regarding,
                                                            const std::vector<core::AuditNote>& noted) const = 0;
  /// Tells it; one that was told before is no error, and nothing new. Errors: those of a write; one that a person must
  /// mend (no right, a namespace that takes nothing any more) is told by a counter and is no error.
  virtual core::Result<void> tell(const Regarding& regarding, const core::AuditNote& note,
                                  const std::stop_token& stop) = 0;
};

}  // namespace guildhall::runtime
