#pragma once

#include <string>
#include <variant>
#include <vector>

#include "operator/plugin/invocation.hpp"

namespace CLI {
class App;
}

namespace guildhall::plugin {

/// Exit codes.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;  ///< refused, not found, no connection; `can-i`: no
inline constexpr int kUsage = 2;   ///< wrong arguments

/// What to print in place of doing something: help, or what is wrong with the arguments.
struct Message {
  std::string text;
  int exit_code = kDone;  ///< kUsage: it goes to standard error
};

/// Reads the arguments after the program's name. Pure.
std::variant<Invocation, Message> parse_arguments(const std::vector<std::string>& arguments);

/// Which cluster an unfinished line means.
Connection connection_of(const std::vector<std::string>& words);

/// What an option of a command takes when it takes one of a few words: "--role" gives Admin, Editor, Viewer. Else
/// empty.
std::vector<std::string> words_for_option(const std::string& option, const std::string& command);

/// One command of the tree, for completion.
struct CommandShape {
  std::vector<std::string> subcommands;
  std::vector<std::string> options;             ///< "--role", also those of the whole program
  std::vector<std::string> options_with_value;  ///< those among them, and short ones, that take a further word
};

/// The command that these words name, as far as they do: {"members", "role", "jane"} gives `members role`.
struct NamedCommand {
  std::string path;       ///< "members role"
  std::size_t words = 0;  ///< how many positional words follow it
  CommandShape shape;
};
NamedCommand command_of(const std::vector<std::string>& words);

}  // namespace guildhall::plugin
