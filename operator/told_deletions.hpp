#pragma once

#include <string>

#include "operator/core/result.hpp"
#include "operator/store/audit_store.hpp"

namespace guildhall {

/// Whether the Organization's log tells of the deletion of the object of that UID. `object`: "Member/jane"; a later one
/// of that name may have newer entries. Errors: of reading the log.
core::Result<bool> log_tells_deletion(store::AuditStore& log, const std::string& organization_uid,
                                      const std::string& object, const std::string& uid);

}  // namespace guildhall
