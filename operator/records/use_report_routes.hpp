#pragma once

#include "operator/records/surroundings.hpp"

namespace guildhall::records {

/// The creation of a UseReport, for whom it is allowed: 201 when all that it tells is kept. Errors: the Status that is
/// answered; after a 5xx it is to be sent again as it is.
Checked<Answer> answer_use_report(const Surroundings& around, const http::Request& request);

}  // namespace guildhall::records
