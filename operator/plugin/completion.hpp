#pragma once

#include <functional>
#include <string>
#include <vector>

namespace guildhall::plugin {

/// What can stand for the last of these words (which may be empty). `names` gives the Members' names and is asked only
/// where one is wanted; it gets the words, whose flags say which cluster is meant.
using MemberNames = std::function<std::vector<std::string>(const std::vector<std::string>& words)>;
std::vector<std::string> complete_words(const std::vector<std::string>& words, const MemberNames& names);

/// The same as cobra's __complete answers, which kubectl reads from kubectl_complete-guildhall: one a line, and last
/// that files are no answer. Source: spf13/cobra completions.go, ShellCompDirectiveNoFileComp.
std::string completion_answer(const std::vector<std::string>& candidates);

/// A script that completes `kubectl-guildhall` in bash, zsh or fish.
std::string completion_script(const std::string& shell);

}  // namespace guildhall::plugin
