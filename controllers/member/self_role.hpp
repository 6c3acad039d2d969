#pragma once

#include "controllers/member/draft.hpp"
#include "controllers/member/observed.hpp"

namespace guildhall::controllers::member {

/// Rule: while a Member is in force, a Role and a RoleBinding of its own let its User and ServiceAccounts read it and
/// delete it, which is how one leaves. A Group gives access, never identity: its members cannot remove the Member.
void plan_self_role(const Observed& seen, core::Timestamp now, Draft& draft);

}  // namespace guildhall::controllers::member
