#pragma once

#include <functional>
#include <string>
#include <vector>

namespace guildhall::plugin {

/// Names that stand outside the program. It gets the words, whose flags say which cluster is meant.
using Names = std::function<std::vector<std::string>(const std::vector<std::string>& words)>;
struct NameSources {
  Names members;
  Names namespaces;
  Names contexts;  ///< of the kubeconfig; likewise below
  Names clusters;
  Names users;
};

/// What can stand for the last of these words (which may be empty). A source is asked only where its names are wanted.
std::vector<std::string> complete_words(const std::vector<std::string>& words, const NameSources& sources);

/// The same as cobra's __complete answers, which kubectl reads from kubectl_complete-guildhall: one a line, and last
/// that files are no answer. Source: spf13/cobra completions.go, ShellCompDirectiveNoFileComp.
std::string completion_answer(const std::vector<std::string>& candidates);

/// A script that completes `kubectl-guildhall` in bash, zsh or fish.
std::string completion_script(const std::string& shell);

}  // namespace guildhall::plugin
