#pragma once

#include "operator/core/resource_type.hpp"

namespace guildhall::plugin {

/// What the records API serves: records.guildhall.dev/v1alpha1.
inline core::ResourceType audit_entry_type() {
  return {"records.guildhall.dev", "v1alpha1", "auditentries", "AuditEntry", true};
}
inline core::ResourceType signup_type() {
  return {"records.guildhall.dev", "v1alpha1", "signups", "Signup", false};
}

}  // namespace guildhall::plugin
