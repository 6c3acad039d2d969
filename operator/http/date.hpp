#pragma once

#include <string>

#include "operator/core/timestamp.hpp"

namespace guildhall::http {

/// A time as HTTP's fields have it: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7: IMF-fixdate), whatever
/// the locale. Pure.
std::string http_date(core::Timestamp time);

}  // namespace guildhall::http
