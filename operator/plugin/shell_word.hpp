#pragma once

#include <string>

namespace guildhall::plugin {

/// The text as one word of a POSIX shell, for a command that somebody copies: in quotes where it needs them.
std::string shell_word(const std::string& text);

}  // namespace guildhall::plugin
