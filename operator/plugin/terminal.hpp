#pragma once

#include <string>

#include "operator/core/result.hpp"

namespace guildhall::plugin {

/// Asks whoever sits at the terminal; the question goes to standard error. Errors: Invalid, when standard input is no
/// terminal, or ends.
core::Result<std::string> ask_at_terminal(const std::string& question);

/// Whether a person sees standard output, or standard error.
bool is_output_seen();
bool is_error_seen();

}  // namespace guildhall::plugin
