#pragma once

#include "controllers/member/draft.hpp"
#include "controllers/member/observed.hpp"

namespace guildhall::controllers::member {

/// Rule: an active Admin in a namespace with the label guildhall.dev/enroll, which was never a home, makes an
/// Organization of the namespace's name. What keeps it from that is said.
void plan_enrolment(const Observed& seen, Draft& draft);

/// Whether it needs no invitation: the Organization was made for it, and it was made by itself.
bool is_founder_by_itself(const Observed& seen);

}  // namespace guildhall::controllers::member
