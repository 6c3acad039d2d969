// A cluster of many ApiKeys that never was: objects as the API server lists them, and the tokens that they accept.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace guildhall::benchmarks {

/// So many keys are in one Organization.
inline constexpr std::size_t kRecordedKeysEach = 100;

/// Of the `index`th key: "org-0012", and its token.
std::string recorded_organization(std::size_t index);
std::string recorded_token(std::size_t index);

/// The ApiKey, which reads the deployment "metrics" (org-0012-prod.metrics).
nlohmann::json recorded_key(std::size_t index);
/// The `number`th Organization.
nlohmann::json recorded_organization_object(std::size_t number);

}  // namespace guildhall::benchmarks
