#pragma once

#include <optional>
#include <string>

#include "controllers/enforcement/caches.hpp"
#include "controllers/enforcement/observed.hpp"

namespace guildhall::controllers::enforcement {

/// What the caches have of an Organization; `foreign` and `failures` are the caller's to add. Unset: there is none of
/// that name.
std::optional<Observed> gather(const Caches& caches, const std::string& name);

}  // namespace guildhall::controllers::enforcement
