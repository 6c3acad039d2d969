#pragma once

#include "controllers/organization/observed.hpp"

namespace guildhall::controllers::organization {

/// What counts of an ApiKey for its Organization. Two that are equal here need no new look.
SeenApiKey small_form(const api::ApiKey& key);

/// The Secret with the link of a Member's invitation, as its status has it; "" when none stands.
std::string link_secret(const api::Member& member);

}  // namespace guildhall::controllers::organization
