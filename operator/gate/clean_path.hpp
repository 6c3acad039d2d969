#pragma once

#include <string>
#include <string_view>

#include "operator/core/result.hpp"

namespace guildhall::gate {

/// The path of a request target as VictoriaMetrics will read it: without the query, decoded once, with doubled slashes
/// made one. Pure.
///
/// Errors: Forbidden for all that two readers may read in two ways: no path ("*", "http://…"), "." and ".." as
/// segments, a slash, backslash, percent sign, question mark, hash or control character behind an escape, ";", "#", an
/// escape that is none. Source: RFC 3986, sections 2.1 and 3.3; reference/gateway.md, "Path confusion".
core::Result<std::string> clean_path(std::string_view target);

}  // namespace guildhall::gate
