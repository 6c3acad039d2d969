#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "operator/admission/changes.hpp"

namespace guildhall::admission {

/// Fields of an object that its creation or deletion tells.
inline constexpr std::size_t kMostFieldsTold = 20;

/// What the fields were when the object was made: the spec as it is, with each noted change taken back. Nothing when
/// that is not known: not all changes up to `generation` are noted, or some have been dropped. `is_ours`: Guildhall
/// made it, so that no entry tells of its creation.
std::vector<FieldChange> first_values(const nlohmann::json& spec, const std::vector<ChangeEntry>& entries,
                                      std::int64_t generation, bool is_ours = false);

}  // namespace guildhall::admission
