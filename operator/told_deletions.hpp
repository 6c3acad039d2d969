#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/seal.hpp"
#include "operator/kube/client.hpp"
#include "operator/store/audit_store.hpp"

namespace guildhall {

/// Whether the Organization's log tells of the deletion of the object of that UID. `object`: "Member/jane"; a later one
/// of that name may have newer entries. Errors: of reading the log.
core::Result<bool> log_tells_deletion(store::AuditStore& log, const std::string& organization_uid,
                                      const std::string& object, const std::string& uid);

/// The ids of the sealed Events that tell of that object's deletion, of those that the API server has now. Errors: of
/// the client.
core::Result<std::vector<std::string>> deletion_events(kube::Client& client, const core::Sealer& sealer,
                                                       const kube::Selection& selection, const std::string& uid,
                                                       const std::stop_token& stop);

}  // namespace guildhall
