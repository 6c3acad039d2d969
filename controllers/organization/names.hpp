#pragma once

#include "operator/core/well_known_names.hpp"

namespace guildhall::controllers::organization {

inline constexpr const char* kFinalizer = "guildhall.dev/organization";
/// Every finalizer of Guildhall's begins so.
inline constexpr const char* kFinalizerPrefix = "guildhall.dev/";
using core::kPausedAnnotation;
/// Roles and bindings of such names are Guildhall's own.
inline constexpr const char* kGrantPrefix = "guildhall:";
/// The Role, and the RoleBinding of the same name, by which a Member reads itself and leaves; then the Member's name.
inline constexpr const char* kSelfRolePrefix = "guildhall:self:";
inline constexpr const char* kPodSecurityLabel = "pod-security.kubernetes.io/enforce";
inline constexpr const char* kPodSecurityLevel = "baseline";

}  // namespace guildhall::controllers::organization
