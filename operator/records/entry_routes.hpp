#pragma once

#include "operator/records/api_path.hpp"
#include "operator/records/query.hpp"
#include "operator/records/surroundings.hpp"

namespace guildhall::records {

/// get, list and watch of auditentries, for whom they are allowed. Errors: the Status that is answered.
Checked<Answer> answer_entries(const Surroundings& around, const ApiPath& path, const http::Request& request);

}  // namespace guildhall::records
