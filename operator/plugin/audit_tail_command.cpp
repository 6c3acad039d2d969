#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ostream>
#include <ranges>
#include <utility>

#include "operator/core/printable.hpp"
#include "operator/kube/retry.hpp"
#include "operator/kube/watch_event.hpp"
#include "operator/plugin/arguments.hpp"
#include "operator/plugin/audit_selector.hpp"
#include "operator/plugin/call.hpp"
#include "operator/plugin/entry_table.hpp"
#include "operator/plugin/entry_view.hpp"
#include "operator/plugin/interruption.hpp"
#include "operator/plugin/record_types.hpp"
#include "operator/plugin/tail_state.hpp"

namespace guildhall::plugin {

namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

/// Prints entries as they come, and notices when nobody reads them.
class EntryPrinter {
 public:
  EntryPrinter(std::ostream& out, const TailAudit& command) : out_(out), command_(command) {}

  /// False: there is nobody to print to.
  bool print(const json& entry) {
    out_ << line_of(entry) << "\n" << std::flush;
    if (!out_) why_lost_ = errno;
    return why_lost_ == 0;
  }
  [[nodiscard]] bool has_reader() const { return why_lost_ == 0; }
  /// A reader that went has had enough. Of all else main tells, by errno.
  void end() {
    if (why_lost_ == EPIPE) {
      discard_output();
      out_.clear();
    }
    errno = why_lost_;
  }

 private:
  [[nodiscard]] std::string line_of(const json& entry) const {
    if (command_.format == TailFormat::JsonLines)
      return core::printable_document(entry.dump(-1, ' ', false, json::error_handler_t::replace));
    return entry_line(entry_view(entry), {.with_namespace = command_.all_namespaces, .wide = false});
  }

  std::ostream& out_;
  const TailAudit& command_;
  int why_lost_ = 0;
};

class Tail {
 public:
  Tail(const Call& call, const TailAudit& command)
      : call_(call),
        printer_(call.out, command),
        selection_{.ns = command.all_namespaces ? "" : call.session.ns(),
                   .label_selector = {},
                   .field_selector = field_selector(command.selection)},
        state_("0") {}

  core::Result<void> run(std::int64_t limit) {
    if (auto begun = begin(limit); !begun) return begun;
    while (!is_over()) {
      const auto start = Clock::now();
      const bool listing = state_.must_list();
      auto ended = listing ? list_again() : watch();
      if (is_over() || (listing && ended)) continue;
      const auto lasted = std::chrono::floor<std::chrono::milliseconds>(Clock::now() - start);
      const TailStep step = state_.after(ended, lasted);
      if (step.gives_up) return ended;
      if (!step.told.empty()) call_.err << core::printable_lines(step.told) << std::flush;
      kube::pause(step.wait, call_.stop);
    }
    printer_.end();
    return {};
  }

 private:
  [[nodiscard]] bool is_over() const { return call_.stop.stop_requested() || !printer_.has_reader(); }

  /// What stands. Of none of it, the version is wanted all the same.
  core::Result<void> begin(std::int64_t limit) {
    auto listed =
        call_.session.list_first(audit_entry_type(), selection_, std::max<std::int64_t>(limit, 1), call_.stop);
    if (!listed && call_.stop.stop_requested()) return {};
    if (!listed) return std::unexpected(std::move(listed.error()));
    if (limit == 0) listed->objects.clear();
    print_oldest_first(listed->objects);
    state_ = TailState(listed->resource_version);
    return {};
  }

  core::Result<void> watch() {
    kube::WatchOptions options;
    options.selection = selection_;
    options.resource_version = state_.version();
    const auto take = [this](kube::WatchEvent&& event) {
      const bool news = state_.pass(event.object);
      const bool shown = news && event.type == kube::WatchEventType::Added;
      return !shown || printer_.print(event.object);
    };
    return call_.session.client().watch(audit_entry_type(), options, take, call_.stop);
  }

  /// News can have any time, so that all is looked through.
  core::Result<void> list_again() {
    auto listed = call_.session.list_first(audit_entry_type(), selection_, 0, call_.stop);
    if (!listed) return std::unexpected(std::move(listed.error()));
    std::erase_if(listed->objects, [this](const json& entry) { return !state_.is_news(entry); });
    print_oldest_first(listed->objects);
    if (!state_.resume_at(listed->resource_version))
      call_.err << "The log was put back to an earlier state; what was recorded since may not be shown.\n";
    return {};
  }

  void print_oldest_first(const std::vector<json>& newest_first) {
    for (const json& entry : std::views::reverse(newest_first)) {
      if (!printer_.print(entry)) return;
    }
  }

  const Call& call_;
  EntryPrinter printer_;
  kube::Selection selection_;
  TailState state_;
};

}  // namespace

Outcome run(const Call& call, const TailAudit& command) {
  const auto ended = Tail(call, command).run(command.limit);
  return ended ? Outcome(kDone) : Outcome(std::unexpected(ended.error()));
}

}  // namespace guildhall::plugin
