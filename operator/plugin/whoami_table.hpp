#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "operator/plugin/identity.hpp"

namespace guildhall::plugin {

/// Whom the API server takes the caller for, and the Members that it is. `wide`: also groups, emails, and by which
/// subject.
std::string who_am_i_text(const Caller& caller, const std::vector<OwnMember>& own, bool wide);
nlohmann::json who_am_i_document(const Caller& caller, const std::vector<OwnMember>& own);

}  // namespace guildhall::plugin
