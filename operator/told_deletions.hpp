#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "operator/core/result.hpp"
#include "operator/core/seal.hpp"
#include "operator/kube/client.hpp"
#include "operator/runtime/audit_trail.hpp"
#include "operator/store/audit_store.hpp"

namespace guildhall {

/// An Organization, or what is in its home.
runtime::Regarding regarding(const core::AuditObject& object, const std::string& home);

/// Whether the Organization's log tells of the deletion of the object of that UID. `object`: "Member/jane"; a later one
/// of that name may have newer entries. Errors: of reading the log.
core::Result<bool> log_tells_deletion(store::AuditStore& log, const std::string& organization_uid,
                                      const std::string& object, const std::string& uid);

/// Whether the API server says that the object of that UID is not there: another one of its name may be. Errors: of the
/// client.
core::Result<bool> asks_and_finds_gone(kube::Client& client, const runtime::Regarding& regarding,
                                       const std::stop_token& stop);

/// The ids of the sealed Events that tell of that object's deletion, of those that the API server has now. Errors: of
/// the client.
core::Result<std::vector<std::string>> deletion_events(kube::Client& client, const core::Sealer& sealer,
                                                       const kube::Selection& selection, const std::string& uid,
                                                       const std::stop_token& stop);

}  // namespace guildhall
