#pragma once

#include "operator/core/well_known_names.hpp"

namespace guildhall::controllers::apikey {

inline constexpr const char* kFinalizer = "guildhall.dev/apikey";
inline constexpr const char* kSecretType = core::kApiKeySecretType;

using core::kManagedByLabel;
using core::kManagedByValue;
using core::kPausedAnnotation;

/// On a Secret: what was sealed (SealedPayload as JSON) and its seal.
inline constexpr const char* kPayloadAnnotation = "guildhall.dev/sealed";
inline constexpr const char* kSealAnnotation = "guildhall.dev/seal";
/// On a copy in a spanned namespace, where an owner reference cannot reach: the ApiKey's UID.
inline constexpr const char* kOwnerUidAnnotation = "guildhall.dev/owner-uid";

/// The purpose to which the seals of ApiKeys' Secrets are bound.
inline constexpr const char* kSealPurpose = "api-key-secret";

/// Entries of the Secret.
inline constexpr const char* kTokenEntry = "token";
inline constexpr const char* kPreviousTokenEntry = "previous-token";
inline constexpr const char* kKeyIdEntry = "keyId";
inline constexpr const char* kHeaderEntry = "header";

}  // namespace guildhall::controllers::apikey
