#pragma once

#include <chrono>
#include <optional>

#include "operator/admission/review.hpp"
#include "operator/core/audit_note.hpp"
#include "operator/core/resource_type.hpp"
#include "operator/core/result.hpp"
#include "operator/core/timestamp.hpp"

namespace guildhall::admission {

/// Shorter than audit::Deletions::kPatience, so that one that was refused does not hide one that comes later.
inline constexpr std::chrono::seconds kSameDeletion{10};

/// Who a note says did it: the user of the review.
core::AuditActor actor_of(const core::User& user);

/// The object that a review is about, as an Event names it.
struct ReviewedObject {
  core::ResourceType type;
  core::ObjectKey key;
  std::string uid;
};

/// Errors: Invalid, where the object lacks what every object has.
core::Result<ReviewedObject> reviewed_object(const Review& review);

/// That the object is deleted, with what it was. Unset: nothing to tell, as it is a dry run, or it was being deleted
/// already, or it is of a kind without such an action. `leaves`: a Member deletes itself. The API server asks anew,
/// with another UID, each time that the object changed meanwhile (apiserver registry/generic/registry/store.go Delete):
/// what one user asks for within kSameDeletion has one identity.
std::optional<core::AuditNote> deletion_note(const Review& review, bool leaves, core::Timestamp now);

/// That the request was refused, and why. Unset: a dry run.
std::optional<core::AuditNote> refusal_note(const Review& review, core::ActionName action, std::string why);

}  // namespace guildhall::admission
