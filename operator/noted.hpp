#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "operator/core/audit_note.hpp"
#include "operator/core/seal.hpp"
#include "operator/informers.hpp"

namespace guildhall {

/// What stands noted on an object: in its annotation guildhall.dev/changes who changed it, in its status what Guildhall
/// did last. It is there before it is told, so whoever leads next tells what the former leader could not.
std::vector<core::AuditNote> noted_on(const api::Organization& organization, const Informers& informers,
                                      const core::Sealer& sealer);
std::vector<core::AuditNote> noted_on(const api::Member& member, const core::Sealer& sealer);
std::vector<core::AuditNote> noted_on(const api::ApiKey& key, const core::Sealer& sealer);
/// The same of an object of any of these kinds, as the API server writes it. One that cannot be read has nothing.
std::vector<core::AuditNote> noted_on(const nlohmann::json& object, const Informers& informers,
                                      const core::Sealer& sealer);

}  // namespace guildhall
