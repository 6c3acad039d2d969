#pragma once

#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// What counts of an ApiKey for its Organization. Two that are equal here need no new look.
SeenApiKey small_form(const api::ApiKey& key);

}  // namespace guildhall::controllers::organization
