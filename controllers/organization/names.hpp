#pragma once

#include "operator/core/well_known_names.hpp"

namespace guildhall::controllers::organization {

inline constexpr const char* kFinalizer = "guildhall.dev/organization";
/// Every finalizer of Guildhall's begins so.
inline constexpr const char* kFinalizerPrefix = "guildhall.dev/";
using core::kPausedAnnotation;
inline constexpr const char* kPodSecurityLabel = "pod-security.kubernetes.io/enforce";
inline constexpr const char* kPodSecurityLevel = "baseline";

}  // namespace guildhall::controllers::organization
