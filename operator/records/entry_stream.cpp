#include "operator/records/entry_stream.hpp"

#include <limits>
#include <memory>
#include <utility>

#include "operator/records/csv.hpp"
#include "operator/records/json_lines.hpp"
#include "operator/records/list_text.hpp"

namespace guildhall::records {

namespace {

constexpr std::size_t kBuffer = 64UL * 1024;

/// Gathers text and hands it on in pieces.
class Buffered {
 public:
  explicit Buffered(LineSink& sink) : sink_(sink) { text_.reserve(2 * kBuffer); }
  std::string& text() { return text_; }
  bool flush_if_full() { return text_.size() < kBuffer || flush(); }
  bool flush() {
    const bool read = text_.empty() || sink_.write(text_);
    text_.clear();
    return read;
  }

 private:
  LineSink& sink_;
  std::string text_;
};

/// False: nobody reads any more.
bool write_page(const Page& page, const Writing& writing, std::int64_t& left, Buffered& buffered) {
  for (const core::RecordedEntry& entry : page.entries) {
    if (left-- <= 0) return true;
    writing.add(buffered.text(), entry);
    if (!buffered.flush_if_full()) return false;
  }
  return true;
}

core::Result<void> write_all(Page page, const NextPage& next, const Writing& writing, std::int64_t limit,
                             LineSink& sink) {
  Buffered buffered(sink);
  writing.begin(buffered.text());
  std::int64_t left = limit > 0 ? limit : std::numeric_limits<std::int64_t>::max();
  for (;;) {
    if (!write_page(page, writing, left, buffered)) return {};
    if (!page.more || left <= 0 || page.entries.empty()) break;
    auto following = next(page.entries.back().position, kPageSize);
    if (!following) return std::unexpected(std::move(following.error()));
    page = *std::move(following);
  }
  writing.end(buffered.text());
  buffered.flush();
  return {};
}

}  // namespace

Writing write_list(Representation wanted, std::string ns, std::int64_t resource_version) {
  const auto text = std::make_shared<EntryText>(std::move(wanted), std::move(ns));
  return {.begin = [text, resource_version](std::string& out) { text->begin_list(out, resource_version, {}); },
          .add = [text](std::string& out, const core::RecordedEntry& entry) { text->add(out, entry); },
          .end = [text](std::string& out) { text->end_list(out); }};
}

Writing write_export(Format format, std::string ns) {
  const auto nothing = [](std::string&) {};
  if (format == Format::Csv)
    return {.begin = [](std::string& out) { out += csv_header(); }, .add = append_csv_row, .end = nothing};
  return {.begin = nothing,
          .add = [ns = std::move(ns)](std::string& out,
                                      const core::RecordedEntry& entry) { append_json_line(out, entry, ns); },
          .end = nothing};
}

Producer stream_entries(Page first, NextPage next, Writing writing, std::int64_t limit) {
  return [first = std::move(first), next = std::move(next), writing = std::move(writing), limit](LineSink& sink) {
    return write_all(first, next, writing, limit, sink);
  };
}

}  // namespace guildhall::records
