#pragma once

#include <cstddef>
#include <string_view>

namespace guildhall::api {

/// What a text field is made of, as its CRD says; for telling somebody what is wrong before a server is asked. The
/// generated `k…Form` beside a field is one.
struct TextForm {
  std::size_t most_characters;
  std::string_view pattern;  ///< RE2 without escapes, which reads the same as ECMAScript
  std::string_view message;  ///< the API server's words about a text that does not match
};

/// Whether a text is of that form. Characters beyond ASCII count by their bytes. Thread-safe.
bool has_form(std::string_view text, const TextForm& form);

}  // namespace guildhall::api
