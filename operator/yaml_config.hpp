#pragma once

#include <memory>

namespace CLI {
class App;
class Config;
class Option;
}  // namespace CLI

namespace guildhall {

/// Lets --config be YAML: the same names as the flags of `run`, without dashes in front. A mapping stands for the flags
/// that begin with its name: `smtp: {fromName: x}` is --smtp-from-name. Both arguments outlive it.
std::shared_ptr<CLI::Config> make_yaml_config(const CLI::App& run, const CLI::Option& file);

}  // namespace guildhall
