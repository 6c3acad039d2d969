#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <ostream>
#include <utility>

#include "operator/core/printable.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/audit_selector.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/export_file.hpp"
#include "operator/plugin/export_progress.hpp"
#include "operator/plugin/record_types.hpp"
#include "operator/plugin/terminal.hpp"

namespace guildhall::plugin {

namespace {

/// Takes a line without its line feed. False: no more can be taken.
using Take = std::function<bool(std::string_view line)>;

/// One line of a terminal, written over again and again.
class ProgressLine {
 public:
  ProgressLine(std::ostream& err, bool shown) : err_(err), shown_(shown) {}
  void tell(const EntryCount& count) {
    if (shown_ && pace_.is_due(std::chrono::steady_clock::now()))
      err_ << "\r" << progress_text(count) << "\x1b[K" << std::flush;
  }
  void clear() {
    if (shown_) err_ << "\r\x1b[K" << std::flush;
  }

 private:
  std::ostream& err_;
  bool shown_;
  ProgressPace pace_;
};

/// A refusal comes before the first line, and says for itself what is wrong.
core::Error broken_off(core::Error error, const EntryCount& count, const ExportAudit& command) {
  const bool stopped = error.kind == core::ErrorKind::Canceled;
  if (!stopped && count.bytes() == 0) return error;
  const std::string end = stopped ? "the export was stopped" : "the export broke off";
  const std::string nothing = command.file.empty() ? "" : "\nNothing was written to " + command.file + ".";
  const std::string parts = stopped ? "" : "\nA long log can be exported in parts: --from, --to.";
  return core::fail(core::ErrorKind::Invalid,
                    fmt::format("{} after {}{}{}{}{}", end, entries_text(count.entries()), stopped ? "" : ": ",
                                stopped ? "" : error.describe(), nothing, parts))
      .error();
}

/// Hands all lines on; the error is of the cluster.
core::Result<EntryCount> read_all(const Call& call, const ExportAudit& command, bool progress, const Take& take) {
  kube::LinesOptions options;
  options.selection = {.ns = command.all_namespaces ? "" : call.session.ns(),
                       .label_selector = {},
                       .field_selector = field_selector(command.selection)};
  options.format = command.format == ExportFormat::Csv ? "csv" : "jsonl";
  EntryCount count(command.format);
  ProgressLine shown(call.err, progress);
  const auto on_line = [&](std::string_view line) {
    count.pass(line);
    shown.tell(count);
    return take(line);
  };
  const auto read = call.session.client().read_lines(audit_entry_type(), options, on_line, call.stop);
  shown.clear();
  if (!read) return std::unexpected(broken_off(read.error(), count, command));
  return count;
}

/// As it is; to a terminal, so that nothing in it can steer that.
Outcome to_output(const Call& call, const ExportAudit& command) {
  const bool seen = is_output_seen();
  int why_lost = 0;
  const auto take = [&](std::string_view line) {
    if (seen)
      call.out << core::printable(line.substr(0, line.find_last_not_of('\r') + 1)) << "\n";
    else
      call.out << line << "\n";
    if (!call.out) why_lost = errno;
    return why_lost == 0;
  };
  const auto count = read_all(call, command, is_error_seen() && !seen, take);
  if (!count) return std::unexpected(count.error());
  if (why_lost == 0 && !call.out.flush()) why_lost = errno;
  if (why_lost == 0) call.err << closing_text(*count, "") << "\n";
  // main says why, by errno.
  errno = why_lost;
  return why_lost == 0 ? kDone : kFailed;
}

Outcome to_file(const Call& call, const ExportAudit& command) {
  auto file = ExportFile::create(command.file);
  if (!file) return std::unexpected(std::move(file.error()));
  core::Result<void> written;
  const auto take = [&](std::string_view line) {
    written = file->write(line);
    if (written) written = file->write("\n");
    return written.has_value();
  };
  const auto count = read_all(call, command, is_error_seen(), take);
  if (!count) return std::unexpected(count.error());
  if (written) written = file->keep();
  if (!written) return std::unexpected(std::move(written.error()));
  call.err << closing_text(*count, command.file) << "\n";
  return kDone;
}

}  // namespace

Outcome run(const Call& call, const ExportAudit& command) {
  return command.file.empty() ? to_output(call, command) : to_file(call, command);
}

}  // namespace guildhall::plugin
