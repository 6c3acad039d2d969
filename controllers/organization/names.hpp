#pragma once

namespace guildhall::controllers::organization {

inline constexpr const char* kFinalizer = "guildhall.dev/organization";
/// Every finalizer of Guildhall's begins so.
inline constexpr const char* kFinalizerPrefix = "guildhall.dev/";
inline constexpr const char* kPausedAnnotation = "guildhall.dev/paused";
inline constexpr const char* kManagedByLabel = "app.kubernetes.io/managed-by";
inline constexpr const char* kManagedByValue = "guildhall";
inline constexpr const char* kPodSecurityLabel = "pod-security.kubernetes.io/enforce";
inline constexpr const char* kPodSecurityLevel = "baseline";

}  // namespace guildhall::controllers::organization
