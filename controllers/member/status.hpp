#pragma once

#include "controllers/member/draft.hpp"
#include "controllers/member/observed.hpp"

namespace guildhall::controllers::member {

/// The status that Observed and the draft come to. What other parts of Guildhall write there is kept. Where something
/// can only be said later, the draft looks again then.
api::MemberStatus wanted_status(const Observed& seen, Draft& draft, core::Timestamp now);

}  // namespace guildhall::controllers::member
