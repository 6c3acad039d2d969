#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/core/result.hpp"

namespace guildhall::http {

// Pure, all of it.

/// What the "%XX" that the text begins with stands for; unset: it begins with none.
std::optional<char> escaped_byte(std::string_view text);

/// A path, or a part of one, without its escapes, as Go's url.PathUnescape has it. Errors: Invalid, naming the escape
/// that is none.
core::Result<std::string> unescape_path(std::string_view text);

/// The names and values of a query or a form (application/x-www-form-urlencoded), in their order, as Go's
/// url.ParseQuery reads them: '+' is a space, a name without '=' has an empty value, and nothing between two '&' is
/// skipped. Errors: Invalid: an escape that is none; a ';', which some take for an '&'.
core::Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

}  // namespace guildhall::http
