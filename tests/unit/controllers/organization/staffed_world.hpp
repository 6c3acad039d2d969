#pragma once

#include <string>

#include "tests/unit/controllers/organization/world.hpp"

namespace guildhall::controllers::organization {

inline constexpr const char* kHomeAdmin = "guildhall-organization-admin";
inline constexpr const char* kHomeEditor = "guildhall-organization-editor";
inline constexpr const char* kHomeViewer = "guildhall-organization-viewer";
inline constexpr const char* kHomeSuspended = "guildhall-organization-suspended";
inline constexpr const char* kProdAdmin = "guildhall-deployments-admin";
inline constexpr const char* kProdEditor = "guildhall-deployments-editor";
inline constexpr const char* kProdViewer = "guildhall-deployments-viewer";
inline constexpr const char* kMember = "guildhall:acme:member";
inline constexpr const char* kAdmin = "guildhall:acme:admin";

/// Home acme, spanned prod and closed, where only Admins are trusted; ada is Admin, jane Editor, grace Viewer.
World staffed();

/// What stands in the home, in prod, in closed and in the cluster, as "admin / editor / viewer".
std::string roles(const World& world);

/// roles() of staffed().
inline constexpr const char* kStaffed =
    "acme: ada / jane / grace; prod: ada / jane / grace; closed: ada / - / grace, jane; cluster: ada / ada, grace, "
    "jane";

}  // namespace guildhall::controllers::organization
