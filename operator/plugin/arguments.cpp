#include "operator/plugin/arguments.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include "operator/core/audit_action.hpp"
#include "operator/core/member_name.hpp"
#include "operator/core/printable.hpp"
#include "operator/plugin/command_tree.hpp"
#include "operator/plugin/email.hpp"

namespace guildhall::plugin {

namespace {

constexpr const char* kLongestWaitForAnInvitation = "60s";

/// What kubectl's parser takes and CLI11 does not: flags whose value is given by "=" only, so that they may stand
/// alone, and "-o=wide".
std::string as_understood(const std::string& argument) {
  if (argument == "--wait") return argument + "=" + kLongestWaitForAnInvitation;
  if (argument == "--dry-run") return argument + "=client";
  const bool is_short = argument.size() > 2 && argument[0] == '-' && argument[1] != '-' && argument[2] == '=';
  return is_short ? argument.substr(0, 2) + argument.substr(3) : argument;
}

/// CLI11 takes them last first.
std::vector<std::string> prepared(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = arguments;
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  if (words.empty()) words.emplace_back("--help");
  std::ranges::transform(words, words.begin(), as_understood);
  std::ranges::reverse(words);
  return words;
}

/// The last command that was understood.
const CLI::App& last_command(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty())
    at = at->get_subcommands().front();
  return *at;
}

std::vector<std::string> subcommands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  return names;
}

/// A command is missing, or there is none of that name; else CLI11's own words.
std::string problem_of(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& last = last_command(app);
  const auto choices = subcommands_of(last);
  if (choices.empty() || dynamic_cast<const CLI::RequiredError*>(&error) == nullptr) return error.what();
  const auto unknown = app.remaining(true);
  const std::string given = unknown.empty() ? "a command is missing" : "there is no command '" + unknown.front() + "'";
  return given + "; there are: " + CLI::detail::join(choices, ", ");
}

Message explain(const CLI::App& app, const CLI::ParseError& error) {
  std::ostringstream out;
  std::ostringstream err;
  if (app.exit(error, out, err) == 0) return {out.str(), kDone};
  return {core::printable_lines("error: " + problem_of(app, error)) +
              "See 'kubectl guildhall help', or --help after a command.\n",
          kUsage};
}

bool is_document(Output output) {
  return output == Output::Json || output == Output::Yaml;
}

/// What does not go together; empty: all does.
std::string contradiction(const InviteMember& invite, Output output) {
  if (!invite.name.empty() && !core::is_object_name(invite.name))
    return "--name is made of lower-case letters, digits, dashes and dots, and begins and ends with a letter or digit";
  if (std::string problem = find_email_problem(invite.email); !problem.empty()) return problem;
  if (invite.show_link && invite.delivery != "Link") return "--show-link needs --delivery Link";
  if (invite.show_link && is_document(output))
    return "--show-link prints a line of its own, which fits into no document; use -o name, or no -o";
  const bool waits = invite.show_link || invite.wait;
  if (waits && invite.dry_run != DryRun::None)
    return "--dry-run makes nothing that --wait or --show-link could wait for";
  return {};
}

/// Whom a command is about: a name or an email. Unset: it is about nobody in particular.
std::optional<std::string> target_of(const Command& command) {
  return std::visit(
      [](const auto& one) -> std::optional<std::string> {
        if constexpr (requires { one.target; }) return one.target;
        return std::nullopt;
      },
      command);
}

/// What is no name would mean another path of the API server: "ada/status", or, empty, all Members.
std::string name_problem(const Invocation& invocation) {
  const std::string& ns = invocation.connection.ns;
  if (!ns.empty() && !core::is_object_name(ns)) return "'" + ns + "' cannot be the name of a namespace";
  auto target = target_of(invocation.command);
  if (const auto* leave = std::get_if<Leave>(&invocation.command); leave != nullptr && !leave->name.empty())
    target = leave->name;
  const bool is_email = target && target->contains('@');
  if (!target || is_email || core::is_object_name(*target)) return {};
  return "'" + *target + "' is neither the name of a Member nor an email";
}

/// What CLI11 cannot see: rules about several flags, and about names.
std::string contradiction(const Invocation& invocation) {
  if (invocation.connection.as.empty() && !invocation.connection.as_group.empty()) return "--as-group needs --as";
  if (std::string problem = name_problem(invocation); !problem.empty()) return problem;
  if (const auto* signup = std::get_if<SignUp>(&invocation.command); signup != nullptr && !signup->email.empty())
    return find_email_problem(signup->email);
  const auto* invite = std::get_if<InviteMember>(&invocation.command);
  return invite == nullptr ? "" : contradiction(*invite, invocation.output);
}

/// What one flag brings with it.
void complete(Invocation& invocation) {
  auto* invite = std::get_if<InviteMember>(&invocation.command);
  if (invite != nullptr && invite->show_link && !invite->wait) invite->wait = std::chrono::seconds(60);
  auto* exported = std::get_if<ExportAudit>(&invocation.command);
  if (exported != nullptr && exported->file == "-") exported->file.clear();
}

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const auto& name : option.get_lnames())
    names.push_back("--" + name);
  for (const auto& name : option.get_snames())
    names.push_back("-" + name);
  return names;
}

void add_options(const CLI::App& app, CommandShape& shape) {
  for (const CLI::Option* option : app.get_options()) {
    for (const auto& name : names_of(*option)) {
      if (name.starts_with("--")) shape.options.push_back(name);
      // --wait and --dry-run take theirs by "=".
      const bool by_equals = as_understood(name) != name;
      if (option->get_type_size() > 0 && !by_equals) shape.options_with_value.push_back(name);
    }
  }
}

const CLI::App* subcommand(const CLI::App& app, const std::string& name) {
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    if (sub->check_name(name)) return sub;
  return nullptr;
}

std::vector<std::string> actions() {
  std::vector<std::string> names;
  for (const core::AuditAction& action : core::audit_actions())
    names.emplace_back(action.name);
  return names;
}

}  // namespace

std::variant<Invocation, Message> parse_arguments(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments.front() == "__complete") {
    Invocation asked;
    asked.command = Complete{{arguments.begin() + 1, arguments.end()}};
    return asked;
  }
  Invocation invocation;
  const auto app = make_command_tree(invocation);
  try {
    app->parse(prepared(arguments));
  } catch (const CLI::ParseError& error) {
    return explain(*app, error);
  }
  if (const std::string problem = contradiction(invocation); !problem.empty())
    return Message{core::printable_lines("error: " + problem), kUsage};
  complete(invocation);
  return invocation;
}

Connection connection_of(const std::vector<std::string>& words) {
  Connection connection;
  const std::map<std::string, std::string*> flags{
      {"--kubeconfig", &connection.kubeconfig}, {"--context", &connection.context},
      {"--cluster", &connection.cluster},       {"--user", &connection.user},
      {"--namespace", &connection.ns},          {"-n", &connection.ns}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    const auto flag = flags.find(words[i].substr(0, equals));
    if (flag == flags.end()) continue;
    if (equals != std::string::npos)
      *flag->second = words[i].substr(equals + 1);
    else if (i + 1 < words.size())
      *flag->second = words[i + 1];
  }
  return connection;
}

std::vector<std::string> words_for_option(const std::string& option, const std::string& command) {
  if (option == "--role") return {"Admin", "Editor", "Viewer"};
  if (option == "--phase") return {"PendingInvitation", "ExpiredInvitation", "Active", "Inactive"};
  if (option == "--delivery") return {"Email", "Link", "None"};
  if (option == "--action") return actions();
  if (option == "--outcome") return {"Refused", "Success"};
  if (option == "--scope") return {"Deployment", "Organization"};
  if (option != "--output" && option != "--format" && option != "-o") return {};
  if (command == "audit export") return {"csv", "jsonl"};
  if (command == "audit tail") return {"jsonl", "text"};
  return {"json", "name", "wide", "yaml"};
}

NamedCommand command_of(const std::vector<std::string>& words) {
  Invocation unused;
  const auto app = make_command_tree(unused);
  NamedCommand named;
  const CLI::App* at = app.get();
  add_options(*at, named.shape);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].starts_with("-")) {
      const auto& with = named.shape.options_with_value;
      if (std::ranges::find(with, words[i]) != with.end()) ++i;
      continue;
    }
    const CLI::App* next = named.words == 0 ? subcommand(*at, words[i]) : nullptr;
    if (next == nullptr) {
      ++named.words;
      continue;
    }
    at = next;
    named.path += (named.path.empty() ? "" : " ") + at->get_name();
    add_options(*at, named.shape);
  }
  named.shape.subcommands = subcommands_of(*at);
  return named;
}

}  // namespace guildhall::plugin
