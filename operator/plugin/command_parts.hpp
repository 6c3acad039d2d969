// What the commands of the tree are made of.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "operator/plugin/invocation.hpp"

namespace guildhall::plugin {

/// How a command is called, and what its help says first.
struct CommandName {
  std::string name;
  std::string help;
};

/// Tells of the flags of kubectl that may follow any command.
void add_footer(CLI::App& command);

/// A subcommand that makes the Invocation mean this command; flags of the whole program may follow it. What is returned
/// is filled in by parsing.
template <class T>
std::pair<CLI::App*, T*> add_command(Invocation& to, CLI::App& parent, const CommandName& name, T command = {}) {
  CLI::App* sub = parent.add_subcommand(name.name, name.help);
  sub->fallthrough();
  add_footer(*sub);
  auto kept = std::make_shared<T>(std::move(command));
  sub->callback([to = &to, kept] { to->command = *kept; });
  return {sub, kept.get()};
}

/// Which outputs a command has, and the flags that say so.
struct Outputs {
  bool wide = true;
  bool name = true;
  std::string flags = "-o,--output";
};
void add_output(Invocation& to, CLI::App& command, const Outputs& outputs);

/// An option that takes one of a few words.
void add_choice(CLI::App& command, const std::string& flag, std::string& value, const std::vector<std::string>& words,
                const std::string& help);

void add_dry_run(CLI::App& command, DryRun& value);

}  // namespace guildhall::plugin
