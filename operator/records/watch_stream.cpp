#include "operator/records/watch_stream.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "operator/records/list_text.hpp"

namespace guildhall::records {

namespace {

using std::chrono::milliseconds;
using TimePoint = std::chrono::steady_clock::time_point;

std::string error_event(const Status& status) {
  const nlohmann::json event = {{"type", "ERROR"}, {"object", json_of(status)}};
  return event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

/// One watch while it runs.
class Watch {
 public:
  Watch(const WatchPlan& plan, const WatchSurroundings& around, LineSink& sink)
      : plan_(plan), around_(around), sink_(sink), text_(plan.wanted, plan.ns), row_(plan.after_row) {}

  void run() {
    const TimePoint begin = around_.now();
    last_bookmark_ = begin;
    if (!tell_standing()) return;
    for (;;) {
      if (!tell_news()) return;
      const auto left = std::chrono::ceil<milliseconds>(begin + plan_.lasts - around_.now());
      if (left <= milliseconds{0}) break;
      if (!tell_how_far() || !sink_.wait(std::min(left, around_.pause))) return;
    }
    if (plan_.bookmarks) write_bookmark(false);
  }

 private:
  /// False, here and below: the watch is over.
  bool tell_standing() {
    if (plan_.standing) {
      const Writing writing{
          .begin = [](std::string&) {},
          .add = [this](std::string& out, const core::RecordedEntry& entry) { text_.append_added(out, entry); },
          .end = [](std::string&) {}};
      auto first = plan_.standing(std::nullopt, kPageSize);
      if (!first) return fail(first.error());
      const auto told = stream_entries(*std::move(first), plan_.standing, writing, 0)(sink_);
      if (!told) return fail(told.error());
    }
    return !plan_.marks_initial_end || write_bookmark(true);
  }

  bool tell_news() {
    const auto scope = around_.scope_now();
    if (!scope) return fail(scope.error());
    // Whoever comes back sees the log of the Organization that claims the namespace now.
    if (*scope != plan_.scope) return false;
    const auto rows = around_.source->rows();
    if (!rows) return fail(rows.error());
    if (rows->newest < row_) return fail(expired("the log was put back to an earlier state: list again"));
    while (row_ < rows->newest) {
      if (!tell_up_to(rows->newest)) return false;
    }
    return true;
  }

  bool tell_up_to(std::int64_t newest) {
    if (plan_.scope.nothing) {
      row_ = newest;
      return true;
    }
    const auto news = around_.source->recorded_after(
        {.filter = plan_.scope.filter, .after_row = row_, .up_to_row = newest, .limit = kPageSize});
    if (!news) return fail(news.error());
    std::string events;
    for (const core::RecordedEntry& entry : *news) {
      if (!plan_.name || *plan_.name == entry.entry.id) text_.append_added(events, entry);
    }
    row_ = news->size() < kPageSize ? newest : news->back().position.row;
    return events.empty() || sink_.write(events);
  }

  bool tell_how_far() {
    const TimePoint now = around_.now();
    if (!plan_.bookmarks || now - last_bookmark_ < around_.bookmark_every) return true;
    last_bookmark_ = now;
    return write_bookmark(false);
  }

  bool write_bookmark(bool initial_end) {
    std::string event;
    text_.append_bookmark(event, row_, initial_end);
    return sink_.write(event);
  }

  bool fail(const core::Error& error) { return fail(status_of(error)); }
  bool fail(const Status& status) {
    sink_.write(error_event(status));
    return false;
  }

  const WatchPlan& plan_;
  const WatchSurroundings& around_;
  LineSink& sink_;
  EntryText text_;
  std::int64_t row_;
  TimePoint last_bookmark_;
};

}  // namespace

milliseconds watch_duration(std::optional<std::chrono::seconds> wanted, double random) {
  constexpr double spread = 0.2;
  const milliseconds longest = kLongestWatch;
  const milliseconds own{static_cast<std::int64_t>(static_cast<double>(longest.count()) * (1 - spread * random))};
  return wanted && *wanted < own ? milliseconds{*wanted} : own;
}

Producer watch_entries(WatchPlan plan, WatchSurroundings surroundings) {
  return [plan = std::move(plan), surroundings = std::move(surroundings)](LineSink& sink) -> core::Result<void> {
    Watch(plan, surroundings, sink).run();
    return {};
  };
}

Producer refuse_watch(const Status& status) {
  return [event = error_event(status)](LineSink& sink) -> core::Result<void> {
    sink.write(event);
    return {};
  };
}

}  // namespace guildhall::records
