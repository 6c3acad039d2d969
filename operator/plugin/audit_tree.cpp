#include "operator/plugin/audit_tree.hpp"

#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "operator/plugin/command_parts.hpp"

namespace guildhall::plugin {

namespace {

constexpr const char* kFormatFlags = "-o,--output,--format";
constexpr const char* kTime = "TIME";

void add_text(CLI::App& command, const std::string& flag, std::optional<std::string>& value, const std::string& help,
              const char* type) {
  // An option of CLI11 that is optional would take an empty text for none.
  command.add_option_function<std::string>(
             flag, [&value](const std::string& given) { value = given; }, help)
      ->type_name(type)
      ->group("Which entries");
}

/// The words are for the server to read, which knows what there is.
void add_selection(CLI::App& command, AuditSelection& selection) {
  add_text(command, "--action", selection.action, "What was done, such as MemberRoleChanged", "ACTION");
  add_text(command, "--email", selection.email, "Who did it; '' for who has no email", "EMAIL");
  add_text(command, "--outcome", selection.outcome, "Whether it was done", "Success|Refused");
  add_text(command, "--scope", selection.scope, "The organization itself, or what runs for it",
           "Organization|Deployment");
  add_text(command, "--object", selection.object, "To what, such as Member/jane", "KIND/NAME");
  add_text(command, "--query", selection.query, "Any text that stands in them", "TEXT");
}

void add_times(CLI::App& command, AuditSelection& selection) {
  const std::string forms = ": 7d (ago), 2026-11-24, or 2026-11-24T10:00:00Z";
  add_text(command, "--from", selection.from, "From then on" + forms, kTime);
  add_text(command, "--to", selection.to, "Before that" + forms, kTime);
}

/// As the API server reads it; CLI11's own check names the largest double.
std::string problem_of_count(const std::string& text) {
  std::int64_t count = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, count);
  const bool is_count = error == std::errc() && end == last && count >= 0;
  return is_count ? "" : text + " is no whole number from 0 to 9223372036854775807";
}

void add_limit(CLI::App& command, std::int64_t& limit, const std::string& help) {
  command.add_option("--limit", limit, help)->check(problem_of_count)->type_name("N");
}

template <class Format>
void add_format(CLI::App& command, Format& format, const std::map<std::string, Format>& words,
                const std::string& help) {
  std::vector<std::string> names;
  names.reserve(words.size());
  for (const auto& [name, value] : words)
    names.push_back(name);
  command
      .add_option_function<std::string>(
          kFormatFlags, [&format, words](const std::string& word) { format = words.at(word); }, help)
      ->check(CLI::IsMember(names).description(""))
      ->type_name(CLI::detail::join(names, "|"));
}

void add_all_namespaces(CLI::App& command, bool& value) {
  command.add_flag("-A,--all-namespaces", value, "Of all organizations, former ones too");
}

void add_list(CLI::App& audit, Invocation& to) {
  auto [list, command] = add_command<ListAudit>(to, audit, {.name = "list", .help = "Who did what, newest first"});
  list->alias("ls");
  add_all_namespaces(*list, command->all_namespaces);
  add_selection(*list, command->selection);
  add_times(*list, command->selection);
  add_limit(*list, command->limit, "How many at most; 0: all. Default: 50");
  add_output(to, *list, {.wide = true, .name = true, .flags = kFormatFlags});
  list->add_flag("--no-headers", to.no_headers, "Without the line of headers");
}

void add_export(CLI::App& audit, Invocation& to) {
  auto [written, command] = add_command<ExportAudit>(
      to, audit, {.name = "export", .help = "Write the log out, for spreadsheets and other programs"});
  add_all_namespaces(*written, command->all_namespaces);
  add_selection(*written, command->selection);
  add_times(*written, command->selection);
  add_format<ExportFormat>(*written, command->format, {{"csv", ExportFormat::Csv}, {"jsonl", ExportFormat::JsonLines}},
                           "How it is written. Default: csv");
  written
      ->add_option("--file", command->file,
                   "Where to; it stands there whole or not at all. Default: standard output, which - is, too")
      ->check([](const std::string& path) { return path.empty() ? std::string("an empty path names no file") : ""; })
      ->type_name("PATH");
}

void add_tail(CLI::App& audit, Invocation& to) {
  auto [tail, command] = add_command<TailAudit>(
      to, audit, {.name = "tail", .help = "The newest entries, and those that come, until you end it"});
  add_all_namespaces(*tail, command->all_namespaces);
  add_selection(*tail, command->selection);
  add_limit(*tail, command->limit, "How many that stand already. Default: 10");
  add_format<TailFormat>(*tail, command->format, {{"text", TailFormat::Text}, {"jsonl", TailFormat::JsonLines}},
                         "How an entry is printed: a line for people, or JSON. Default: text");
}

}  // namespace

void add_audit(CLI::App& app, Invocation& to) {
  CLI::App* audit = app.add_subcommand("audit", "See, export and follow the log of who did what");
  audit->require_subcommand(1)->fallthrough();
  add_list(*audit, to);
  add_export(*audit, to);
  add_tail(*audit, to);
}

}  // namespace guildhall::plugin
