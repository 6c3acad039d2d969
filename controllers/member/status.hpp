#pragma once

#include "controllers/member/draft.hpp"
#include "controllers/member/observed.hpp"

namespace guildhall::controllers::member {

/// The status that Observed and the draft come to. What other parts of Guildhall write there is kept.
api::MemberStatus wanted_status(const Observed& seen, const Draft& draft, core::Timestamp now);

}  // namespace guildhall::controllers::member
