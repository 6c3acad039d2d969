#pragma once

namespace guildhall::core {

/// On everything that Guildhall generates, whatever it is: what caches select and people look for.
inline constexpr const char* kManagedByLabel = "app.kubernetes.io/managed-by";
inline constexpr const char* kManagedByValue = "guildhall";

/// "true" on any of our objects stops the writing of what is generated from it, never what takes access away.
inline constexpr const char* kPausedAnnotation = "guildhall.dev/paused";

/// The type of the Secrets that hold an ApiKey's token.
inline constexpr const char* kApiKeySecretType = "guildhall.dev/api-key";

}  // namespace guildhall::core
