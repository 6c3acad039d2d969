#pragma once

#include <string>

#include "operator/http/server.hpp"

namespace guildhall::records {

/// A field of the request's head, by its name in lower case; empty: there is none.
std::string request_field(const http::Request& request, const std::string& name);

}  // namespace guildhall::records
