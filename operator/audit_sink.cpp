#include "operator/audit_sink.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

#include "operator/kube/retry.hpp"
#include "operator/records/json_lines.hpp"

namespace guildhall {

namespace {

constexpr const char* kMark = "sink/stdout";
constexpr std::size_t kBatch = 500;
constexpr std::chrono::milliseconds kInterval{500};
constexpr int kPollMilliseconds = 200;
/// A pipe that poll(2) calls writable takes so much without blocking (pipe(7), PIPE_BUF).
constexpr std::size_t kChunk = 4096;

core::Error failed(const char* what) {
  core::Error error;
  error.kind = core::ErrorKind::Unavailable;
  error.message = fmt::format("{}: {}", what, std::strerror(errno));
  return error;
}

/// Errors: Unavailable, Canceled.
core::Result<void> write_all(int descriptor, std::string_view text, const std::stop_token& stop) {
  while (!text.empty()) {
    if (stop.stop_requested()) return core::fail(core::ErrorKind::Canceled, "stopped");
    pollfd waits{.fd = descriptor, .events = POLLOUT, .revents = 0};
    const int ready = poll(&waits, 1, kPollMilliseconds);
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    if (ready < 0) return std::unexpected(failed("poll"));
    const ssize_t written = write(descriptor, text.data(), std::min(text.size(), kChunk));
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (written < 0) return std::unexpected(failed("standard output cannot be written"));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

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
  if (const auto written = write_all(at_.descriptor, lines, stop); !written) {
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
