#include "operator/plugin/terminal.hpp"

#include <unistd.h>

#include <iostream>

namespace guildhall::plugin {

core::Result<std::string> ask_at_terminal(const std::string& question) {
  if (isatty(STDIN_FILENO) == 0)
    return core::fail(core::ErrorKind::Invalid,
                      "this asks before it removes anything, and there is no terminal to ask at; give --yes if you are "
                      "sure");
  std::cerr << question << std::flush;
  std::string line;
  if (!std::getline(std::cin, line))
    return core::fail(core::ErrorKind::Invalid, "nothing was typed; nothing was removed");
  return line;
}

bool is_output_seen() {
  return isatty(STDOUT_FILENO) != 0;
}

bool is_error_seen() {
  return isatty(STDERR_FILENO) != 0;
}

}  // namespace guildhall::plugin
