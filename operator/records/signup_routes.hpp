#pragma once

#include "operator/records/surroundings.hpp"

namespace guildhall::records {

/// The creation of a Signup, for whom it is allowed: 201 with what was made. Errors: the Status that is answered.
Checked<Answer> answer_signup(const Surroundings& around, const User& user, const http::Request& request);

}  // namespace guildhall::records
