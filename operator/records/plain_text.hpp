#pragma once

#include <string>
#include <string_view>

namespace guildhall::records {

/// ASCII letters in lower case, the rest as it is.
std::string lower_case(std::string_view text);

/// Without the spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace guildhall::records
