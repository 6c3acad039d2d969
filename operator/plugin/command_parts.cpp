#include "operator/plugin/command_parts.hpp"

#include <map>

namespace guildhall::plugin {

namespace {

const std::map<std::string, Output> kOutputs{
    {"wide", Output::Wide}, {"json", Output::Json}, {"yaml", Output::Yaml}, {"name", Output::Name}};

}  // namespace

void add_footer(CLI::App& command) {
  command.footer(
      "The flags of kubectl work as well: -n, --context, --kubeconfig and others (kubectl guildhall --help).");
}

void add_output(Invocation& to, CLI::App& command, const Outputs& outputs) {
  std::vector<std::string> words{"json", "yaml"};
  if (outputs.name) words.emplace_back("name");
  if (outputs.wide) words.emplace_back("wide");
  command
      .add_option_function<std::string>(
          outputs.flags, [to = &to](const std::string& word) { to->output = kOutputs.at(word); }, "How to print it")
      ->check(CLI::IsMember(words).description(""))
      ->type_name(CLI::detail::join(words, "|"));
}

void add_choice(CLI::App& command, const std::string& flag, std::string& value, const std::vector<std::string>& words,
                const std::string& help) {
  command.add_option(flag, value, help)
      ->check(CLI::IsMember(words).description(""))
      ->type_name(CLI::detail::join(words, "|"));
}

void add_dry_run(CLI::App& command, DryRun& value) {
  command
      .add_option_function<std::string>(
          "--dry-run",
          [&value](const std::string& given) {
            const std::map<std::string, DryRun> words{
                {"none", DryRun::None}, {"client", DryRun::Client}, {"server", DryRun::Server}};
            value = words.at(given);
          },
          "Write nothing: client asks the server for nothing but what is there, server has it checked")
      ->check(CLI::IsMember({"none", "client", "server"}).description(""))
      ->type_name("client|server|none");
}

}  // namespace guildhall::plugin
