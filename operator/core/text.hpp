#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace guildhall::core {

/// At most `length` bytes of it, whole characters of UTF-8 only.
std::string_view cut_text(std::string_view text, std::size_t length);

/// ASCII letters in lower case, the rest as it is, whatever the locale.
std::string lower_case(std::string_view text);

/// Without the spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

/// The value of a field selector's term, with what would end it escaped. Source: k8s.io/apimachinery
/// fields.EscapeValue.
std::string escape_field_value(std::string_view value);

}  // namespace guildhall::core
