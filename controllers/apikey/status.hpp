#pragma once

#include "controllers/apikey/draft.hpp"

namespace guildhall::controllers::apikey {

/// The whole status that says what the draft came to. Equal input gives equal status: what stands already is not
/// written again.
api::ApiKeyStatus wanted_status(const Observed& seen, const Draft& draft, core::Timestamp now);

}  // namespace guildhall::controllers::apikey
