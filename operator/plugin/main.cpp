// kubectl-guildhall: parses, connects, runs one command, and says what went wrong.
#include <spdlog/spdlog.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <system_error>

#include "operator/plugin/arguments.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/completion.hpp"
#include "operator/plugin/completion_names.hpp"
#include "operator/plugin/documents.hpp"
#include "operator/plugin/explain.hpp"
#include "operator/plugin/interruption.hpp"
#include "operator/plugin/printing.hpp"
#include "operator/plugin/terminal.hpp"
#include "operator/version.hpp"

namespace guildhall::plugin {
namespace {

/// Whoever asked must not go on with half of the output. Before anything else can fail: errno says why.
int end_output(int exit_code) {
  if (std::cout.flush()) return exit_code;
  std::cerr << "error: write /dev/stdout: " << std::generic_category().message(errno) << "\n";
  return kFailed;
}

int show_version(Output output) {
  if (output == Output::Table)
    std::cout << "kubectl-guildhall " << kVersion << "\n";
  else
    print_document(std::cout, output, {{"clientVersion", {{"version", kVersion}}}});
  return end_output(kDone);
}

bool is_dry(const Command& command) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.dry_run; }) return one.dry_run == DryRun::Server;
        return false;
      },
      command);
}

/// Of what lasts, and has something to put in order at its end. Tail ends with its reader, too.
std::unique_ptr<Interruption> interruption_of(const Command& command) {
  if (std::holds_alternative<TailAudit>(command)) return std::make_unique<Interruption>(EndsBy::SignalOrReader);
  return std::holds_alternative<ExportAudit>(command) ? std::make_unique<Interruption>(EndsBy::Signal) : nullptr;
}

int run_on_cluster(const Invocation& invocation) {
  const auto interruption = interruption_of(invocation.command);
  const auto session = Session::open(invocation.connection, is_dry(invocation.command));
  if (!session) {
    std::cerr << session.error();
    return kFailed;
  }
  const Ask ask = ask_at_terminal;
  const Call call{**session, invocation, std::cout,
                  std::cerr, ask,        interruption ? interruption->token() : std::stop_token{}};
  const Outcome outcome = std::visit(
      [&](const auto& command) -> Outcome {
        if constexpr (requires { run(call, command); })
          return run(call, command);
        else
          return kUsage;
      },
      invocation.command);
  const int exit_code = end_output(outcome.value_or(kFailed));
  if (!outcome) std::cerr << explain(outcome.error(), (*session)->ns());
  return exit_code;
}

int run_invocation(const Invocation& invocation) {
  if (const auto* asked = std::get_if<Complete>(&invocation.command)) {
    std::cout << completion_answer(complete_words(asked->words, make_name_sources()));
    return end_output(kDone);
  }
  if (const auto* shown = std::get_if<ShowCompletion>(&invocation.command)) {
    std::cout << completion_script(shown->shell);
    return end_output(kDone);
  }
  if (std::holds_alternative<ShowVersion>(invocation.command)) return show_version(invocation.output);
  return run_on_cluster(invocation);
}

/// kubectl runs kubectl_complete-guildhall, the same program, to complete a line.
std::vector<std::string> arguments_of(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (std::filesystem::path(argv[0]).filename() == "kubectl_complete-guildhall")
    arguments.insert(arguments.begin(), "__complete");
  return arguments;
}

}  // namespace
}  // namespace guildhall::plugin

int main(int argc, char** argv) {
  using namespace guildhall::plugin;
  // What the client would log is told by the errors.
  spdlog::set_level(spdlog::level::off);
  if (argc < 1) return kUsage;
  const auto parsed = parse_arguments(arguments_of(argc, argv));
  if (const auto* message = std::get_if<Message>(&parsed)) {
    (message->exit_code == kDone ? std::cout : std::cerr) << message->text;
    return end_output(message->exit_code);
  }
  return run_invocation(std::get<Invocation>(parsed));
}
