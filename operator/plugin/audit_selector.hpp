#pragma once

#include <string>

#include "operator/plugin/invocation.hpp"

namespace guildhall::plugin {

/// The selection as a field selector of the records API: "action=MemberRoleChanged,from=7d"; empty: all entries. A
/// comma, an equals sign and a backslash of a value are escaped. Source: k8s.io/apimachinery, pkg/fields.
std::string field_selector(const AuditSelection& selection);

}  // namespace guildhall::plugin
