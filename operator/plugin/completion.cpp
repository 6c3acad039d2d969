#include "operator/plugin/completion.hpp"

#include <algorithm>

#include "operator/plugin/arguments.hpp"

namespace guildhall::plugin {

namespace {

using Words = std::vector<std::string>;

/// Commands whose first word after them is a Member.
constexpr const char* kTakeMember[] = {"members activate", "members deactivate", "members role",
                                       "members resend",   "members delete",     "members leave"};

/// Words that are no flags, where there are a few of them.
Words positional_words(const NamedCommand& command) {
  if (command.path == "members role" && command.words == 1) return words_for_option("--role", command.path);
  if (command.path == "completion" && command.words == 0) return {"bash", "fish", "zsh"};
  return {};
}

/// Where the names for a flag come from; null: nowhere.
const Names* source_for(const std::string& option, const NameSources& sources) {
  if (option == "-n" || option == "--namespace") return &sources.namespaces;
  if (option == "--context") return &sources.contexts;
  if (option == "--cluster") return &sources.clusters;
  return option == "--user" ? &sources.users : nullptr;
}

Words words_after(const std::string& option, const std::string& command, const Words& words,
                  const NameSources& sources) {
  const Names* names = source_for(option, sources);
  return names == nullptr ? words_for_option(option, command) : (*names)(words);
}

Words all_candidates(const Words& before, const std::string& last, const Words& words, const NameSources& sources) {
  const NamedCommand command = command_of(before);
  const auto& with_value = command.shape.options_with_value;
  if (!before.empty() && std::ranges::find(with_value, before.back()) != with_value.end())
    return words_after(before.back(), command.path, words, sources);
  if (last.starts_with("-")) return command.shape.options;
  if (command.words == 0 && !command.shape.subcommands.empty()) return command.shape.subcommands;
  const bool wants_member = std::ranges::find(kTakeMember, command.path) != std::end(kTakeMember);
  return wants_member && command.words == 0 ? sources.members(words) : positional_words(command);
}

constexpr const char* kBash = R"(# Completion of kubectl-guildhall in bash: source <(kubectl-guildhall completion bash)
_kubectl_guildhall() {
  local words
  words=$(kubectl-guildhall __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null | grep -v '^:')
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -F _kubectl_guildhall kubectl-guildhall
)";

constexpr const char* kZsh = R"(#compdef kubectl-guildhall
# Completion of kubectl-guildhall in zsh: source <(kubectl-guildhall completion zsh)
_kubectl_guildhall() {
  local -a candidates
  candidates=("${(@f)$(kubectl-guildhall __complete "${(@)words[2,CURRENT]}" 2> /dev/null | grep -v '^:')}")
  compadd -a candidates
}
compdef _kubectl_guildhall kubectl-guildhall
)";

constexpr const char* kFish = R"(# Completion of kubectl-guildhall in fish: kubectl-guildhall completion fish | source
function __kubectl_guildhall
  set -l words (commandline -opc) (commandline -ct)
  kubectl-guildhall __complete $words[2..-1] 2> /dev/null | string match -v ':*'
end
complete -c kubectl-guildhall -f -a '(__kubectl_guildhall)'
)";

}  // namespace

Words complete_words(const Words& words, const NameSources& sources) {
  const std::string last = words.empty() ? "" : words.back();
  const Words before(words.begin(), words.empty() ? words.end() : words.end() - 1);
  Words candidates = all_candidates(before, last, words, sources);
  std::erase_if(candidates, [&](const std::string& candidate) { return !candidate.starts_with(last); });
  std::ranges::sort(candidates);
  const auto repeated = std::ranges::unique(candidates);
  candidates.erase(repeated.begin(), repeated.end());
  return candidates;
}

std::string completion_answer(const Words& candidates) {
  std::string answer;
  for (const auto& candidate : candidates)
    answer += candidate + "\n";
  return answer + ":4\n";
}

std::string completion_script(const std::string& shell) {
  if (shell == "zsh") return kZsh;
  return shell == "fish" ? kFish : kBash;
}

}  // namespace guildhall::plugin
