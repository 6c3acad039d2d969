#include "operator/audit_sink.hpp"

#include <spdlog/spdlog.h>

#include <charconv>

#include "operator/kube/retry.hpp"
#include "operator/records/json_lines.hpp"

namespace guildhall {

namespace {

constexpr const char* kMark = "sink/stdout";
constexpr std::size_t kBatch = 500;
constexpr std::chrono::milliseconds kInterval{500};

}  // namespace

core::Result<std::int64_t> AuditSink::begin(store::AuditStore& store) {
  const auto marked = store.marked(kMark);
  if (!marked) return std::unexpected(marked.error());
  std::int64_t row = 0;
  const std::string text = marked->value_or("");
  const auto read = std::from_chars(text.data(), text.data() + text.size(), row);
  if (!text.empty() && read.ec == std::errc()) return row;
  const auto newest = store.newest_row();
  if (!newest) return newest;
  if (const auto kept = store.mark(kMark, std::to_string(*newest)); !kept) return std::unexpected(kept.error());
  return newest;
}

void AuditSink::follow(const std::stop_token& stop) {
  do {
    store::AuditStore* store = at_.log.writer();
    while (store != nullptr && write_batch(*store, stop)) {
    }
  } while (kube::pause(kInterval, stop));
}

bool AuditSink::write_batch(store::AuditStore& store, const std::stop_token& stop) {
  if (!row_) {
    const auto begun = begin(store);
    if (!begun) {
      tell_trouble(begun.error());
      return false;
    }
    row_ = *begun;
  }
  const auto tail = store.recorded_after(*row_, {}, kBatch);
  if (!tail) {
    tell_trouble(tail.error());
    return false;
  }
  if (tail->entries.empty()) return false;
  std::string lines;
  for (const core::RecordedEntry& entry : tail->entries)
    records::append_json_line(lines, entry, entry.entry.organization.home);
  if (const auto written = at_.output.write(lines, stop); !written) {
    tell_trouble(written.error());
    return false;
  }
  row_ = tail->row;
  at_.metrics.count("guildhall_audit_sink_entries_total", {{"sink", "stdout"}},
                    static_cast<double>(tail->entries.size()));
  // When it fails these are written again by the next process.
  if (const auto kept = store.mark(kMark, std::to_string(*row_)); !kept) tell_trouble(kept.error());
  return !stop.stop_requested();
}

void AuditSink::tell_trouble(const core::Error& error) {
  if (error.kind == core::ErrorKind::Canceled) return;
  const std::string trouble = error.describe();
  if (trouble == trouble_) return;
  trouble_ = trouble;
  spdlog::warn("entries of the log wait for standard output: {}", trouble);
}

}  // namespace guildhall
